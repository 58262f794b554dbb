import { findOrAdopt } from '../../client/adopt';
import { awaitStart, type BringUp, bringUp } from '../../client/bring-up';
import { type ActionContext, complain } from '../../client/context';
import { endStart } from '../../client/interrupt';
import { writeRefresh } from '../../client/order';
import { refuseWords } from '../../client/preflight/program';
import { checkRestart } from '../../client/preflight/restart';
import { checkTrust } from '../../client/preflight/trust';
import type { View } from '../../client/query';
import { ManagerLeft, NoManager } from '../../client/request';
import { askManager, viewOf } from '../../client/situation';
import * as zdaemonManager from '../../client/zdaemon-manager';
import type { StartParams } from '../../protocol/messages';
import type { StartOutcome } from '../../protocol/outcomes';
import { requireProgram } from '../../settings/resolve';
import { ExitStatus } from '../../system/errors';
import { nameCaller } from '../../system/users';
import { reportBringUp } from './report-start';

/** Number of managers that may die during one restart. */
const MOST_LOSSES = 3;

/**
 * `restart [args…]`: stops and starts the program; a program that is down is started.
 *
 * @param args words appended to the program's; they replace those of the previous start
 * @returns the exit status; called as zdaemon, 0 for starting a program that was down (zdaemon)
 */
export async function restart(context: ActionContext, args: string[]): Promise<number> {
  refuseWords(context.configuration, args);
  let old: number | null = null;
  for (let losses = 0; ; losses++) {
    const view = viewOf(await findOrAdopt(context, 'restart'));
    old ??= view?.pid ?? null;
    try {
      return await restartOnce(context, args, view, old);
    } catch (error) {
      // The manager died or was replaced during the request; the next one continues it, if this one had got it.
      if (!(error instanceof ManagerLeft) || losses === MOST_LOSSES) throw error;
    }
  }
}

/** @param old the pid of the program before the restart, or null */
async function restartOnce(
  context: ActionContext,
  args: string[],
  view: View | null,
  old: number | null,
): Promise<number> {
  if (view?.report?.state === 'waiting') {
    // A start would only report when the next run is.
    checkTrust(context.configuration);
    const begun = await restartLiving(context, args);
    return reportBringUp(context, begun, pid => `daemon process started, pid=${pid}`);
  }
  if (!view?.pid || view.pid !== old) {
    const started = await bringUp(context, args, view);
    if (old !== null && started.outcome === 'already') started.outcome = 'started';
    const what = old === null ? 'started' : 'restarted';
    const status = reportBringUp(context, started, pid => `daemon process ${what}, pid=${pid}`);
    return context.flavour === 'zd' || old !== null ? status : ExitStatus.done;
  }
  // The manager of a program that was found without its order does not know how it was started.
  if (!view.args?.length) requireProgram(context.configuration);
  const isChecked = context.flavour === 'zd' && view.report !== null;
  const unapplied = isChecked ? await checkRestart(context, args, view.pid) : null;
  if (!isChecked) checkTrust(context.configuration);
  const result: BringUp = view.report
    ? await restartLiving(context, args)
    : await zdaemonManager.restart(context, view.pid).catch(error => endStart(context, error));
  const status = reportBringUp(context, result, pid => `daemon process restarted, pid=${pid}`);
  if (unapplied !== null) complain(context, unapplied);
  return status;
}

/** Asks the manager to restart its program, with what it may change. */
export function restartLiving(context: ActionContext, args: string[]): Promise<BringUp> {
  const { configuration, flavour } = context;
  const params: StartParams = {
    patient: flavour === 'zdaemon',
    user: nameCaller(),
    refresh: writeRefresh(configuration, args),
  };
  return awaitStart(context, async signal => {
    try {
      return (await askManager(context, { limit: null, signal }, 'restart', params)) as StartOutcome;
    } catch (error) {
      if (error instanceof NoManager) return { outcome: 'gone' };
      throw error;
    }
  });
}
