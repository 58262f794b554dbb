import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { status } from './status';

export class StatusCommand extends ZdCommand {
  static override paths = pathsOf('status');

  static override usage = pageOf('status', {
    details: `
      Prints one sentence, or with --json one object; \`schema\` is the version of its layout (docs/protocol.rst).

      Where the sentence would mislead, a second line says what is true, and why the program is down. On a terminal a
      block with name, time, memory and crashes follows. With -v it prints everything that is known, with the last exit
      and the last ten lines of output.

      Exit status: 0 the program is up, or its schedule waits; with --ready, 0 only when it is ready, else 1; 1 it is up, but its manager is dead; 3 it is not up, with or without a
      manager; 4 the status is unknown.
    `,
    examples: [
      ['print the status', 'zd -s run/app.sock status'],
      ['for scripts', 'zd -C app.conf status --json'],
    ],
  });

  long = Option.Boolean('-l', false, { description: 'add the raw reply of the manager' });

  verbose = Option.Boolean('-v,--verbose', false, { description: 'add everything that is known' });

  ready = Option.Boolean('--ready', false, { description: 'succeed only when the program is ready' });

  json = Option.Boolean('--json', false, { description: 'print an object instead of a sentence' });

  run(context: ActionContext) {
    if (this.verbose && !this.ready) {
      const { statusInDetail } = require('../panel/bundle') as typeof import('../panel/bundle');
      return statusInDetail(context, { long: this.long, json: this.json });
    }
    return status(context, { long: this.long, json: this.json, ready: this.ready });
  }
}
