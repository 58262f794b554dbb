import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { fg } from './fg';
import { supervise } from './supervise';

export class FgCommand extends ZdCommand {
  static override paths = pathsOf('fg');

  static override usage = pageOf('fg', {
    details: `
      Runs the program in this terminal with the configured environment, user, directory and umask. There is no manager,
      no restart and no transcript. Words after \`fg\` are appended to the program's own.

      With --supervise, which comes first, the manager runs in this terminal too and restarts the program; it is the entry
      point of containers and units.

      Exit status: the program's; 128 + n when signal n killed it.
    `,
    examples: [
      ['watch its output', 'zd -C app.conf fg'],
      ['as the entry point of a container', 'zd -C app.conf fg --supervise'],
      ['with more words', 'zd -C app.conf fg --debug'],
    ],
  });

  supervise = Option.Boolean('--supervise', false, {
    description: 'with a manager, which restarts the program',
  });

  words = Option.Proxy({ name: 'argument' });

  run(context: ActionContext) {
    // The parser leaves all words to the program, as zdaemon does.
    const [first, ...others] = this.words;
    const isSupervised = first === '--supervise' && context.flavour === 'zd';
    return isSupervised ? supervise(context, others) : fg(context, this.words);
  }
}
