import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, withForce, ZdCommand } from '../base';
import { pause } from './pause';

export class PauseCommand extends ZdCommand {
  static override paths = pathsOf('pause');

  static override usage = pageOf('pause', {
    details: `
      Sends SIGSTOP to the program and its process group. While it is paused, the clocks of alive, ready, restart-every
      and run-timeout stand still; stop and restart work as usual, for they continue it. A program that another
      configuration has started is paused only with --force.

      Exit status: 0 it is paused; 1 it could not be paused; 3 the program is not running.
    `,
    examples: [['free the processor for a while', 'zd -C app.conf pause']],
  });

  force = Option.Boolean('--force', false, { description: 'pause a program of another configuration' });

  run(context: ActionContext) {
    return pause(withForce(context, this.force));
  }
}
