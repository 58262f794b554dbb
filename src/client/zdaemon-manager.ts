import { sleep } from '../system/clock';
import { findAddress } from './address';
import type { ActionContext } from './context';
import { awaitWithDots } from './progress';
import { queryManager, type View } from './query';
import { exchangeLine, NoManager } from './request';

/* A manager of zdaemon does not speak JSON and reports nothing unasked: it is polled, as zdaemon's own client does. */

type Start = { outcome: 'started' | 'already'; pid: number } | { outcome: 'timeout' } | { outcome: 'gone' };

/** Seconds between polls (zdaemon). */
const POLL_INTERVAL = 1;

/** `start`, for a manager whose program is down or already up. */
export async function start(context: ActionContext): Promise<Start> {
  const before = await query(context);
  if (before?.pid) return { outcome: 'already', pid: before.pid };
  await send(context, 'start');
  return awaitUp(context, view => view.pid !== null && !view.testing);
}

/** `restart`, for a manager whose program is up. */
export async function restart(context: ActionContext, oldPid: number): Promise<Start> {
  await send(context, 'restart');
  return awaitUp(context, view => view.pid !== null && view.pid !== oldPid && !view.testing);
}

/** Waits until the manager reports that its program is down, or has exited. */
export async function awaitDown(context: ActionContext): Promise<void> {
  await poll(context, view => view === null || view.pid === null, null);
}

/** Waits until the manager has exited. */
export async function awaitExit(context: ActionContext): Promise<void> {
  await poll(context, view => view === null, null);
}

/** Sends one text command. @returns its reply; empty when the manager has exited, which the next query shows */
export function send({ configuration, clock }: ActionContext, line: string): Promise<string> {
  return exchangeLine({ socket: findAddress(configuration), clock }, line).catch(error => {
    if (error instanceof NoManager) return '';
    throw error;
  });
}

async function awaitUp(context: ActionContext, isUp: (view: View) => boolean): Promise<Start> {
  const { startTimeout } = context.configuration.settings;
  const view = await poll(context, now => now === null || isUp(now), startTimeout);
  if (view === null) return { outcome: 'gone' };
  return view.pid !== null && isUp(view) ? { outcome: 'started', pid: view.pid } : { outcome: 'timeout' };
}

/** @returns the first view that satisfies `isDone`, or the last one when the limit has passed */
function poll(context: ActionContext, isDone: (view: View | null) => boolean, limit: number | null) {
  const { clock, interrupt } = context;
  const end = limit === null ? Number.POSITIVE_INFINITY : clock.now() + limit;
  const keepPolling = async (): Promise<View | null> => {
    for (;;) {
      const view = await query(context);
      if (isDone(view) || clock.now() > end || interrupt.aborted) return view;
      await sleep(POLL_INTERVAL, clock);
    }
  };
  return awaitWithDots(keepPolling, context);
}

function query({ configuration, clock }: ActionContext): Promise<View | null> {
  return queryManager(findAddress(configuration), clock);
}
