import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { fg } from './fg';

export class FgCommand extends ZdCommand {
  static override paths = pathsOf('fg');

  static override usage = pageOf('fg', {
    details: `
      Runs the program in this terminal with the configured environment, user, directory and umask. There is no manager,
      no restart and no transcript. Words after \`fg\` are appended to the program's own.

      Exit status: the program's; 128 + n when signal n killed it.
    `,
    examples: [
      ['watch its output', 'zd -C app.conf fg'],
      ['with more words', 'zd -C app.conf fg --debug'],
    ],
  });

  words = Option.Proxy({ name: 'argument' });

  run(context: ActionContext) {
    return fg(context, this.words);
  }
}
