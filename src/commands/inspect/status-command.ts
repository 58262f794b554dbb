import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { status } from './status';
import { statusInDetail } from './status-details';

export class StatusCommand extends ZdCommand {
  static override paths = pathsOf('status');

  static override usage = pageOf('status', {
    details: `
      Prints one sentence, or with --json one object; \`schema\` is the version of its layout (docs/protocol.rst).

      With -v it also prints how much output is waiting or lost, how the last run ended, and the last ten lines of
      output.

      Exit status: 0 the program is up; 1 it is up, but its manager is dead; 3 it is not up, with or without a
      manager; 4 the status is unknown.
    `,
    examples: [
      ['print the status', 'zd -s run/app.sock status'],
      ['for scripts', 'zd -C app.conf status --json'],
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
