import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { status } from './status';
import { statusInDetail } from './status-details';

export class StatusCommand extends ZdCommand {
  static override paths = pathsOf('status');

  static override usage = pageOf('status', {
    details: `
      Prints one sentence, or with --json one object whose layout is numbered by its \`schema\` (docs/protocol.rst).

      With -v it goes on: what became of output that could not be written, how the last run ended, and the last ten
      lines the program said.

      Exit status: 0 the program is up; 1 it is up, but its manager is gone; 3 it is not, whether a manager is there or not; 4 it
      cannot be told.
    `,
    examples: [
      ['look', 'zd -s run/app.sock status'],
      ['for programs', 'zd -C app.conf status --json'],
    ],
  });

  long = Option.Boolean('-l', false, { description: 'add the raw reply of the manager' });

  verbose = Option.Boolean('-v,--verbose', false, { description: 'add the last exit and the last lines' });

  json = Option.Boolean('--json', false, { description: 'print an object instead of a sentence' });

  run(context: ActionContext) {
    if (this.verbose && !this.json) return statusInDetail(context, this.long);
    return status(context, { long: this.long, json: this.json });
  }
}
