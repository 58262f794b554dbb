import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { stop } from './stop';

export class StopCommand extends ZdCommand {
  static override paths = pathsOf('stop');

  static override usage = pageOf('stop', {
    details: `
      Sends SIGTERM to the program, SIGKILL when stop-timeout has passed, and returns when nothing of it is left: what
      remains of its process group is ended too. The manager leaves with it, unless hang-around is on.

      Exit status: 0 it is stopped, or was not running; 1 it is not, because somebody asked for a start meanwhile or for
      another reason that standard error tells; 4 it cannot be told.
    `,
    examples: [['stop it', 'zd -C app.conf stop']],
  });

  run(context: ActionContext) {
    return stop(context);
  }
}
