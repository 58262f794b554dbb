import { findOrAdopt } from '../../client/adopt';
import { awaitStart, type BringUp, bringUp } from '../../client/bring-up';
import type { ActionContext } from '../../client/context';
import { endStart } from '../../client/interrupt';
import { writeRefresh } from '../../client/order';
import { checkTrust } from '../../client/preflight/trust';
import { ManagerLeft, NoManager } from '../../client/request';
import { askManager, viewOf } from '../../client/situation';
import * as zdaemonManager from '../../client/zdaemon-manager';
import type { StartParams } from '../../protocol/messages';
import type { StartOutcome } from '../../protocol/outcomes';
import { ExitStatus } from '../../system/errors';
import { reportBringUp } from './report-start';

/** How many managers may die under a restart. */
const MOST_LOSSES = 3;

/**
 * `restart [args…]`: stop and start; a program that is down is started.
 *
 * @param args words to add to the program's, in place of the ones it was started with
 * @returns the exit status; called as zdaemon, that of starting a program that was down is dropped (1.3, 35)
 */
export async function restart(context: ActionContext, args: string[]): Promise<number> {
  for (let losses = 0; ; losses++) {
    try {
      return await restartOnce(context, args);
    } catch (error) {
      // Its manager died or was replaced under it: nobody else will finish this.
      if (!(error instanceof ManagerLeft) || losses === MOST_LOSSES) throw error;
    }
  }
}

async function restartOnce(context: ActionContext, args: string[]): Promise<number> {
  const view = viewOf(await findOrAdopt(context));
  if (!view?.pid) {
    const started = await bringUp(context, args, view);
    const status = reportBringUp(context, started, pid => `daemon process started, pid=${pid}`);
    return context.flavour === 'zd' ? status : ExitStatus.done;
  }
  checkTrust(context.configuration);
  const result: BringUp = view.report
    ? await restartLiving(context, args)
    : await zdaemonManager.restart(context, view.pid).catch(error => endStart(context, error));
  return reportBringUp(context, result, pid => `daemon process restarted, pid=${pid}`);
}

function restartLiving(context: ActionContext, args: string[]): Promise<BringUp> {
  const { configuration, flavour } = context;
  const params: StartParams = { patient: flavour === 'zdaemon', refresh: writeRefresh(configuration, args) };
  return awaitStart(context, async signal => {
    try {
      return (await askManager(context, { limit: null, signal }, 'restart', params)) as StartOutcome;
    } catch (error) {
      if (error instanceof NoManager) return { outcome: 'gone' };
      throw error;
    }
  });
}
