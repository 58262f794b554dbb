import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { fg } from './fg';

export class FgCommand extends ZdCommand {
  static override paths = pathsOf('fg');

  static override usage = pageOf('fg', {
    details: `
      Runs it here with this terminal, the configured environment and user, without a manager, without restarts, and
      without directory, umask and transcript. Words after it are added to the program's own.

      Exit status: the program's; 128 + n when signal n ended it.
    `,
    examples: [
      ['see what it says', 'zd -C app.conf fg'],
      ['with other words', 'zd -C app.conf fg --debug'],
    ],
  });

  words = Option.Proxy({ name: 'argument' });

  run(context: ActionContext) {
    return fg(context, this.words);
  }
}
