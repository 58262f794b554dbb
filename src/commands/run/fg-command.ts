import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { UsageError } from '../../system/errors';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { fg } from './fg';
import { supervise } from './supervise';

export class FgCommand extends ZdCommand {
  static override paths = pathsOf('fg');

  static override usage = pageOf('fg', {
    details: `
      Runs the program in this terminal with the configured environment, user, directory and umask. There is no manager,
      no restart, and without --transcript no transcript. Words after \`fg\` are appended to the program's own.

      With --transcript, which comes first and has no argument, the output also goes to the file that the setting
      \`transcript\` names. On a terminal, the program then has a terminal of its own behind that one.

      With --supervise, which comes first, the manager runs in this terminal too and restarts the program; it is the entry
      point of containers and units.

      Exit status: the program's; 128 + n when signal n killed it.
    `,
    examples: [
      ['watch its output', 'zd -C app.conf fg'],
      ['as the entry point of a container', 'zd -C app.conf fg --supervise'],
      ['with its output in the transcript, too', 'zd -C app.conf fg --transcript'],
      ['with more words', 'zd -C app.conf fg --debug'],
    ],
  });

  supervise = Option.Boolean('--supervise', false, {
    description: 'with a manager, which restarts the program',
  });

  transcript = Option.Boolean('--transcript', false, {
    description: 'write the output to the transcript, too',
  });

  words = Option.Proxy({ name: 'argument' });

  run(context: ActionContext) {
    // The parser leaves all words to the program, as zdaemon does.
    const [first, ...others] = this.words;
    const flag = context.flavour === 'zd' ? first : undefined;
    const flags = ['--supervise', '--transcript'];
    if (flag !== undefined && flags.includes(flag) && flags.includes(others[0] ?? '') && others[0] !== flag)
      throw new UsageError(
        'cannot use --transcript with --supervise, whose output is for the terminal alone; redirect it, or use start',
      );
    if (flag === '--supervise') return supervise(context, others);
    return flag === '--transcript' ? fg(context, others, true) : fg(context, this.words);
  }
}
