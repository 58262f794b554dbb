import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { UsageError } from '../../system/errors';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { readTimeFlag } from '../time-flag';
import { wait } from './wait';
import { type Goal, waitForState } from './wait-for-state';

export class WaitCommand extends ZdCommand {
  static override paths = pathsOf('wait');

  static override usage = pageOf('wait', {
    details: `
      Returns the next time the program exits, for whatever reason, and prints the status. Ctrl-C ends only the wait.

      With --up it returns when the program counts as started, with --ready when it is ready, and with --down when it is
      down and no start is due; at once, if that is so already. With --for, the program must have been up without a
      restart for that time.

      Exit status: 0; with --up, --ready or --down, 1 at the timeout, and 3 without a manager, or 0 for --down.
    `,
    examples: [
      ['go on only if it has not crashed lately', 'zd -C app.conf wait --up --for 10s --timeout 1m'],
      ['run something when the program has exited', 'zd -C app.conf wait && echo over'],
      ['wait for a service that others have started', 'zd -C app.conf wait --ready --timeout 30s'],
    ],
  });

  ready = Option.Boolean('--ready', false, { description: 'wait until the program is ready' });

  up = Option.Boolean('--up', false, { description: 'wait until the program counts as started' });

  down = Option.Boolean('--down', false, { description: 'wait until nothing runs and no start is due' });

  lasting = Option.String('--for', { description: 'with --up or --ready: and has been up for this: 10s' });

  timeout = Option.String('--timeout', { description: 'wait no longer than this: 30s, 5m' });

  run(context: ActionContext) {
    const goals = (['ready', 'up', 'down'] as const).filter(goal => this[goal]);
    if (goals.length > 1) throw new UsageError(`cannot wait for --${goals.join(' and --')}: choose one`);
    const [goal] = goals as [Goal?];
    const limit = this.timeout === undefined ? null : readTimeFlag('--timeout', this.timeout);
    const lasting = this.lasting === undefined ? 0 : readTimeFlag('--for', this.lasting);
    if (this.lasting !== undefined && goal !== 'up' && goal !== 'ready')
      throw new UsageError('cannot use --for without --up or --ready');
    if (goal) return waitForState(context, goal, limit, lasting);
    if (limit === null) return wait(context);
    throw new UsageError('cannot use --timeout without --ready, --up or --down');
  }
}
