import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, withForce, ZdCommand } from '../base';
import { reload } from './reload';

export class ReloadCommand extends ZdCommand {
  static override paths = pathsOf('reload');

  static override usage = pageOf('reload', {
    details: `
      Has the program read its own files again: sends it reload-signal, HUP unless configured, or runs reload-program and
      waits until that has succeeded. The configuration of zd is another matter: see apply. Whether the program
      understands the signal is its own affair; one that does not know HUP ends.

      Exit status: 0 the signal was sent, or reload-program exited with 0; 1 it failed; 3 the program is not running.
    `,
    examples: [['after an edit of its files', 'zd -C app.conf reload']],
  });

  force = Option.Boolean('--force', false, { description: 'reload a program of another configuration' });

  run(context: ActionContext) {
    return reload(withForce(context, this.force));
  }
}
