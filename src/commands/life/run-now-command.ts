import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { runNow } from './run-now';

export class RunNowCommand extends ZdCommand {
  static override paths = pathsOf('run-now');

  static override usage = pageOf('run-now', {
    details: `
      Begins the next run of a schedule (run-every, run-at) at once, or the step that waits for its pause, and returns
      when it has begun. The schedule goes on from the end of that run.

      Exit status: 0 the run has begun, or one is under way; 1 no run waits, or it could not begin; 3 there is no
      manager.
    `,
    examples: [['do not wait for the night', 'zd -C backup.conf run-now']],
  });

  run(context: ActionContext) {
    return runNow(context);
  }
}
