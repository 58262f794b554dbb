import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { UsageError } from '../../system/errors';
import { pageOf, pathsOf, withForce, ZdCommand } from '../base';
import { attach } from './attach';

export class AttachCommand extends ZdCommand {
  static override paths = pathsOf('attach');

  static override usage = pageOf('attach', {
    details: `
      Shows the terminal of a program with \`pty = on\`, as it looks now, and passes on every key. Ctrl-] leaves, or the key
      that \`--detach-key\` or the setting of that name says; the program goes on, as it does when the terminal is closed.
      Several visitors see and type the same. The window has the size of the visitor that typed last. A restart of the
      program, or another manager, ends no visit.

      Without a pty, attach shows the output, and sends whole lines to a program with \`stdin = control\`.

      Exit status: 0 the visitor or the manager has left; 3 there is no manager.
    `,
    examples: [
      ['visit the console of a game server', 'zd -C game.conf attach'],
      ['only watch', 'zd -C game.conf attach --read-only'],
    ],
  });

  readOnly = Option.Boolean('--read-only', false, { description: 'watch, and type nothing' });

  force = Option.Boolean('--force', false, { description: 'visit a program of another configuration' });

  run(context: ActionContext) {
    if (Object.keys(this.context.promptTopics).length > 0)
      throw new UsageError(
        'cannot attach at the prompt, which reads the keys itself; leave the prompt first',
      );
    return attach(withForce(context, this.force), this.readOnly);
  }
}
