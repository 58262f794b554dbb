import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, withForce, ZdCommand } from '../base';
import { stop } from './stop';

export class StopCommand extends ZdCommand {
  static override paths = pathsOf('stop');

  static override usage = pageOf('stop', {
    details: `
      Sends the signals of stop-signals to the program, each with its time, and SIGKILL at the end. Returns once the
      program has exited and everything that it has started is gone too. The manager exits as well, unless hang-around
      is on. A program that another configuration has started is stopped only with --force.

      With --after-step, the present run or step ends by itself, and no other one begins; another stop does not wait
      for that.

      For many programs, \`zd -C FOLDER stop [NAME...]\`: in the reverse order of \`after\`. A program that another one needs,
      which is up and is not to be stopped, is stopped only with --force. --dry-run only says what would be stopped.

      Exit status: 0 the program is stopped, or was not running, or with --no-wait the stop has begun; 1 it is not
      stopped, for example because of a simultaneous start, and standard error states the reason; 4 the status is
      unknown.
    `,
    examples: [
      ['stop it', 'zd -C app.conf stop'],
      ['do not wait for its end', 'zd -C app.conf stop --no-wait'],
      ['send SIGKILL at once', 'zd -C app.conf stop --now'],
      ['let the present step of a job end first', 'zd -C job.conf stop --after-step'],
    ],
  });

  afterStep = Option.Boolean('--after-step', false, {
    description: 'let the present run or step end first',
  });

  force = Option.Boolean('--force', false, { description: 'stop a program of another configuration' });

  now = Option.Boolean('--now', false, { description: 'go to the end of the plan at once' });
  noWait = Option.Boolean('--no-wait', false, { description: 'return when the stop has begun' });

  run(context: ActionContext) {
    const { now, noWait, afterStep } = this;
    return stop(withForce(context, this.force), { now, wait: !noWait, afterRun: afterStep });
  }
}
