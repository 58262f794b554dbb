import { awaitStart } from '../../client/bring-up';
import { type ActionContext, print } from '../../client/context';
import { NoManager } from '../../client/request';
import { askManager, findSituation, viewOf } from '../../client/situation';
import type { StartOutcome } from '../../protocol/outcomes';
import { ExitStatus, UserError } from '../../system/errors';
import { nameCaller } from '../../system/users';
import { reportBringUp } from '../run/report-start';

/**
 * `run-now`: begins the run that a schedule would begin later, or the step that waits for its pause.
 *
 * @returns 0 also when a run is under way; 3 without a manager
 * @throws UserError when nothing waits
 */
export async function runNow(context: ActionContext): Promise<number> {
  const view = viewOf(await findSituation(context, 'start'));
  if (!view) {
    print(context, 'daemon manager not running');
    return ExitStatus.notRunning;
  }
  if (!view.report) throw new UserError('cannot run now: a manager of zdaemon has no schedules');
  const result = await awaitStart(context, async signal => {
    try {
      const params = { user: nameCaller() };
      return (await askManager(context, { limit: null, signal }, 'run_now', params)) as StartOutcome;
    } catch (error) {
      if (error instanceof NoManager) return { outcome: 'gone' };
      throw error;
    }
  });
  return reportBringUp(context, result, pid => `daemon process started, pid=${pid}`);
}
