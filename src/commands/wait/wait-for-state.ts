import { findOrAdopt } from '../../client/adopt';
import { type ActionContext, addFacts, complain, print, printAfterWait } from '../../client/context';
import { awaitReport } from '../../client/following/follow';
import { endWait } from '../../client/interrupt';
import { nameInMessages } from '../../client/preflight/name';
import { awaitWithDots, Interrupted } from '../../client/progress';
import { describeView, findSituation, viewOf } from '../../client/situation';
import * as zdaemonManager from '../../client/zdaemon-manager';
import type { StatusReport } from '../../protocol/messages';
import { isReady } from '../../protocol/readiness';
import { ExitStatus, UserError } from '../../system/errors';
import { formatDuration } from '../inspect/human';

/** What is waited for: `up`, it counts as started; `down`, nothing runs and no start is due. */
export type Goal = 'ready' | 'up' | 'down';

/**
 * `wait --ready | --up | --down [--timeout T]`: returns when the program is as wanted, at once if it is already.
 *
 * @param goal what to wait for
 * @param timeout in seconds; null = none
 * @param lasting seconds for which the program must have been up, without a restart
 * @returns 0; 1 at the timeout; 3 if there is no manager that could bring it up, which is 0 for `down`
 */
export async function waitForState(
  context: ActionContext,
  goal: Goal,
  timeout: number | null,
  lasting = 0,
): Promise<number> {
  const view = viewOf(await findOrAdopt(context));
  if (view && !view.report) return waitForZdaemon(context, goal);
  const last = { report: view?.report ?? null };
  const isOver = view === null || (await reach(context, { goal, timeout, lasting }, last));
  if (!isOver) {
    const name = nameInMessages(context);
    const length = lasting > 0 ? ` for ${formatDuration(lasting)}` : '';
    const wanted = goal === 'down' ? 'still there' : `not ${goal}${length}`;
    const reason = explain(last.report, goal);
    complain(
      context,
      `cannot wait any longer: ${name} is ${wanted} after ${formatDuration(timeout ?? 0)}${reason}`,
    );
    return ExitStatus.failed;
  }
  const now = await findSituation(context);
  printAfterWait(context, describeView(viewOf(now)));
  const { pid = null, state = null, ready = null } = viewOf(now)?.report ?? {};
  addFacts(context, { pid, state, ready });
  return last.report !== null || goal === 'down' ? ExitStatus.done : ExitStatus.notRunning;
}

/** @returns false at the timeout; `last` has what the manager last reported, null without one */
async function reach(
  context: ActionContext,
  { goal, timeout, lasting }: { goal: Goal; timeout: number | null; lasting: number },
  last: { report: StatusReport | null },
): Promise<boolean> {
  const isWanted = (report: StatusReport | null) => {
    last.report = report;
    return report === null || isReached(goal, report);
  };
  const late = new AbortController();
  const cancel = timeout === null ? () => {} : context.clock.after(timeout, () => late.abort());
  const begin = (over: AbortSignal) => {
    over.addEventListener('abort', () => late.abort(), { once: true });
    return awaitLasting(context, isWanted, lasting, late.signal);
  };
  const describe = async (seconds: number) => `waiting until the program is ${goal}: ${seconds} s`;
  try {
    return await awaitWithDots(begin, context, undefined, describe);
  } catch (error) {
    const isOwn = error instanceof Interrupted;
    return endWait(context, isOwn ? new Interrupted('interrupted: the program goes on') : error, true);
  } finally {
    cancel();
  }
}

/** @returns false if it was ended before */
async function awaitLasting(
  context: ActionContext,
  isWanted: (report: StatusReport | null) => boolean,
  lasting: number,
  over: AbortSignal,
): Promise<boolean> {
  while (!over.aborted) {
    const report = await awaitReport(context, isWanted, over);
    const left = report === null ? 0 : lasting - (report.uptime ?? 0);
    if (left <= 0) return !over.aborted;
    await pause(left, context, over);
  }
  return false;
}

/** Waits so many seconds, or until the end. */
function pause(seconds: number, { clock }: ActionContext, over: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      cancel();
      over.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(seconds, end);
    over.addEventListener('abort', end);
  });
}

function isReached(goal: Goal, report: StatusReport): boolean {
  const { state, pid } = report;
  if (goal === 'ready') return isReady(report);
  if (goal === 'up') return pid !== null && (state === 'running' || state === 'paused');
  return pid === null && state === 'idle';
}

/** What is known of the reason, as a clause. */
function explain(report: StatusReport | null, goal: Goal): string {
  if (report === null) return '';
  const { notReady, state } = report;
  if (goal === 'ready' && notReady) return `: ${notReady}`;
  return `: it is ${state}`;
}

async function waitForZdaemon(context: ActionContext, goal: Goal): Promise<number> {
  if (goal !== 'down')
    throw new UserError(`cannot wait until it is ${goal}: a manager of zdaemon does not report that`);
  await zdaemonManager.awaitDown(context);
  print(context, describeView(viewOf(await findSituation(context))));
  return ExitStatus.done;
}
