import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { UsageError } from '../../system/errors';
import { pageOf, pathsOf, withForce, ZdCommand } from '../base';
import { kill } from './kill';

export class KillCommand extends ZdCommand {
  static override paths = pathsOf('kill');

  static override usage = pageOf('kill', {
    details: `
      Sends the signal to the program only, not to its process group. A signal is a name in any case, with or without
      SIG, or a number. The default is TERM. If the signal kills the program, the restart rules apply. A program that
      another configuration has started gets a signal only with --force.

      Exit status: 0 sent; 1 the signal could not be sent; 2 no such signal; 3 the program is not running.
    `,
    examples: [['make it reload its configuration', 'zd -C app.conf kill HUP']],
  });

  words = Option.Proxy({ name: 'signal' });

  run(context: ActionContext) {
    const words = context.flavour === 'zd' ? this.words.filter(word => word !== '--force') : this.words;
    // zdaemon uses only the first word.
    if (words.length > 1 && context.flavour === 'zd') {
      const typed = ['kill', ...this.words].join(' ');
      throw new UsageError(`cannot understand '${typed}': too many words; see 'zd kill --help'`);
    }
    return kill(withForce(context, words.length < this.words.length), words[0] ?? '');
  }
}
