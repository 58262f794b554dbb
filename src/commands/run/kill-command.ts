import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { UsageError } from '../../system/errors';
import { parseSignal } from '../../system/signals';
import { pageOf, pathsOf, withForce, ZdCommand } from '../base';
import { adviseOnOrder } from '../suggest';
import { kill } from './kill';

export class KillCommand extends ZdCommand {
  static override paths = pathsOf('kill');

  static override usage = pageOf('kill', {
    details: `
      Sends the signal to the program only, or with --group to its whole process group. A signal is a name in any case, with or without
      SIG, or a number, also with a dash in front: -9, -HUP. The default is TERM. If the program exits, the
      restart rules apply: one that exits with 0 on TERM is not started again, so use restart for that. A program that another configuration has started gets a signal only with --force.

      Exit status: 0 sent; 1 the signal could not be sent; 2 no such signal; 3 the program is not running.
    `,
    examples: [
      ['make it reload its configuration', 'zd -C app.conf kill HUP'],
      ['signal everything in its process group', 'zd -C app.conf kill USR1 --group'],
    ],
  });

  words = Option.Proxy({ name: 'signal' });

  run(context: ActionContext) {
    const [first = ''] = this.words;
    // zdaemon uses only the first word.
    if (context.flavour === 'zdaemon') return kill(context, first);
    const [word = '', ...others] = this.words.filter(one => !['--force', '--group'].includes(one));
    const typed = ['kill', ...this.words];
    if (others.length > 0)
      throw new UsageError(
        adviseOnOrder(typed) ??
          `cannot understand '${typed.join(' ')}': too many words; see 'zd kill --help'`,
      );
    // As kill(1) has it: -9, -HUP.
    const name = word.replace(/^-(?=\w)/, '');
    const isForced = this.words.includes('--force');
    const isForGroup = this.words.includes('--group');
    return kill(withForce(context, isForced), parseSignal(name) === null ? word : name, isForGroup);
  }
}
