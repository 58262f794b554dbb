import type { StatusReport } from '../../protocol/messages';
import { sleep } from '../../system/clock';
import { errorCode } from '../../system/errors';
import { findAddress } from '../address';
import type { ActionContext } from '../context';
import { ManagerLeft, NoManager, RequestFailed } from '../request';
import { observe, viewOf } from '../situation';
import { type Notice, Subscription } from './subscription';

/** Seconds between polls of a manager that knows no events, or has too many subscribers. */
const POLL_INTERVAL = 0.5;

/**
 * Waits until what a manager reports is as wanted. Events say when to look, so it returns at once and polls nothing; only a
 * manager of an earlier zd is polled. A manager that dies or is replaced is followed by the next one.
 *
 * @param context
 * @param isWanted is given the report, or null when there is no manager; true ends the wait
 * @param over aborts the wait
 * @returns the report with which the wait has ended
 */
export async function awaitReport(
  context: ActionContext,
  isWanted: (report: StatusReport | null) => boolean,
  over: AbortSignal,
): Promise<StatusReport | null> {
  while (!over.aborted) {
    const found = await lookOnce(context, isWanted, over);
    if (found !== undefined) return found;
    const report = viewOf(await observe(context))?.report ?? null;
    if (isWanted(report)) return report;
  }
  return null;
}

/** @returns undefined when the connection has ended, or there is none */
async function lookOnce(
  context: ActionContext,
  isWanted: (report: StatusReport | null) => boolean,
  over: AbortSignal,
): Promise<StatusReport | undefined> {
  const opened = await openSubscription(context).catch(async error => {
    if (!(error instanceof RequestFailed)) throw error;
    await sleep(POLL_INTERVAL, context.clock);
    return null;
  });
  if (opened === null) return undefined;
  const { subscription } = opened;
  const stop = () => subscription.close();
  over.addEventListener('abort', stop, { once: true });
  try {
    for (let { report } = opened; ; report = await subscription.status()) {
      if (isWanted(report)) return report;
      if ((await subscription.next()) === null) return undefined;
    }
  } catch (error) {
    if (error instanceof RequestFailed) return undefined;
    throw error;
  } finally {
    over.removeEventListener('abort', stop);
    subscription.close();
  }
}

/**
 * Passes on each event until the manager leaves for good; one that dies or is replaced is followed by the next one.
 *
 * @param context
 * @param take gets each event
 * @param over aborts it
 * @returns whether there was a manager at all
 * @throws RequestFailed when it refuses, or knows no events
 */
export async function followEvents(
  context: ActionContext,
  take: (notice: Notice) => void,
  over: AbortSignal,
): Promise<boolean> {
  let last: number | undefined;
  for (let count = 0; !over.aborted; count++) {
    const view = viewOf(await observe(context));
    if (!view) return count > 0;
    const opened = await openSubscription(context, last);
    if (opened === null) continue;
    const { subscription } = opened;
    last ??= opened.report.lastEvent;
    const stop = () => subscription.close();
    over.addEventListener('abort', stop, { once: true });
    for (let notice = await subscription.next(); notice; notice = await subscription.next()) {
      if ('n' in notice) last = notice.n;
      take(notice);
    }
    over.removeEventListener('abort', stop);
  }
  return true;
}

/**
 * Subscribes to the manager of a configuration.
 *
 * @param after see `Subscription.open`
 * @param over as there
 * @returns null when there is no manager, or when it has just left
 * @throws RequestFailed when it refuses, or knows no events; the system's error; Distrust
 */
export async function openSubscription(context: ActionContext, after?: number, over?: AbortSignal) {
  try {
    return await Subscription.open(findAddress(context.configuration), after, over);
  } catch (error) {
    const isGone = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAGAIN'].includes(errorCode(error));
    if (error instanceof NoManager || error instanceof ManagerLeft || isGone) return null;
    throw error;
  }
}
