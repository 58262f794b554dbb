import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, withForce, ZdCommand } from '../base';
import { stop } from './stop';

export class StopCommand extends ZdCommand {
  static override paths = pathsOf('stop');

  static override usage = pageOf('stop', {
    details: `
      Sends SIGTERM to the program, and SIGKILL after stop-timeout. Returns once the program has exited and the rest of
      its process group has been killed. The manager exits as well, unless hang-around is on. A program that another
      configuration has started is stopped only with --force.

      With --after-step, the present run or step ends by itself, and no other one begins; another stop does not wait
      for that.

      Exit status: 0 the program is stopped, or was not running; 1 it is not stopped, for example because of a
      simultaneous start, and standard error states the reason; 4 the status is unknown.
    `,
    examples: [
      ['stop it', 'zd -C app.conf stop'],
      ['let the present step of a job end first', 'zd -C job.conf stop --after-step'],
    ],
  });

  afterStep = Option.Boolean('--after-step', false, {
    description: 'let the present run or step end first',
  });

  force = Option.Boolean('--force', false, { description: 'stop a program of another configuration' });

  run(context: ActionContext) {
    return stop(withForce(context, this.force), { afterRun: this.afterStep });
  }
}
