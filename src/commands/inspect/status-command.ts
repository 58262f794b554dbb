import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { UsageError } from '../../system/errors';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { statusInDetail } from '../panel/panel';
import { watch } from '../panel/watch';
import { status } from './status';

export class StatusCommand extends ZdCommand {
  static override paths = pathsOf('status');

  static override usage = pageOf('status', {
    details: `
      Prints one sentence, or with --json one object; \`schema\` is the version of its layout (docs/protocol.rst).

      Where the sentence would mislead, a second line says what is true, and why the program is down. On a terminal a
      block with name, time, memory and crashes follows. With -v it prints everything that is known, with the last exit
      and the last ten lines of output. With --watch, that stays up to date until q is pressed; in a pipe, a line follows
      for each change.

      With many programs there is a line for each. Those that are disabled, autostart = off or done are judged only if they
      are named.

      Exit status: 0 the program is up, or its schedule waits; with --ready, 0 only when it is ready, else 1; 1 it is up, but its manager is dead; 3 it is not up, with or without a
      manager; 4 the status is unknown.
    `,
    examples: [
      ['print the status', 'zd -s run/app.sock status'],
      ['for scripts', 'zd -C app.conf status --json'],
      ['as it runs', 'zd -C app.conf status --watch'],
    ],
  });

  long = Option.Boolean('-l', false, { description: 'add the raw reply of the manager' });

  verbose = Option.Boolean('-v,--verbose', false, { description: 'add everything that is known' });

  watch = Option.Boolean('--watch', false, { description: 'keep it up to date' });

  ready = Option.Boolean('--ready', false, { description: 'succeed only when the program is ready' });

  json = Option.Boolean('--json', false, { description: 'print an object instead of a sentence' });

  run(context: ActionContext) {
    if (this.watch && this.long) throw new UsageError('cannot use --watch with -l');
    if (this.watch && this.ready)
      throw new UsageError('cannot use --watch with --ready; zd wait --ready waits until it is');
    if (this.watch) return watch(context, this.json);
    if (this.verbose && !this.ready) return statusInDetail(context, { long: this.long, json: this.json });
    return status(context, { long: this.long, json: this.json, ready: this.ready });
  }
}
