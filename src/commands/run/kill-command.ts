import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { UsageError } from '../../system/errors';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { kill } from './kill';

export class KillCommand extends ZdCommand {
  static override paths = pathsOf('kill');

  static override usage = pageOf('kill', {
    details: `
      Sends it to the program alone, not to its group. A signal is a name in any case, with or without SIG, or a number;
      TERM when none is given. The restart rules apply to a program that ends of it.

      Exit status: 0 sent; 1 it could not be sent; 2 no such signal; 3 the program is not running.
    `,
    examples: [['make it read its configuration again', 'zd -C app.conf kill HUP']],
  });

  words = Option.Proxy({ name: 'signal' });

  run(context: ActionContext) {
    // zdaemon looks at the first word alone.
    if (this.words.length > 1 && context.flavour === 'zd') {
      const typed = ['kill', ...this.words].join(' ');
      throw new UsageError(`cannot understand '${typed}': too many words; see 'zd kill --help'`);
    }
    return kill(context, this.words[0] ?? '');
  }
}
