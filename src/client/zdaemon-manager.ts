import { locateSocket } from '../state/socket-path';
import { sleep } from '../system/clock';
import type { ActionContext } from './context';
import { lookAtManager, tellInText, type View } from './look';
import { awaitWithDots } from './progress';
import { NoManager } from './request';

/* A running manager of zdaemon knows no JSON and tells no news: it is asked once a second, as its own client does. */

type PlainStart = { outcome: 'started' | 'already'; pid: number } | { outcome: 'timeout' | 'gone' };

/** Seconds between two looks (zdaemon). */
const LOOK = 1;

/** `start` for a manager of zdaemon whose program is down, or up already. */
export async function startPlain(context: ActionContext): Promise<PlainStart> {
  const before = await look(context);
  if (before?.pid) return { outcome: 'already', pid: before.pid };
  await tell(context, 'start');
  return awaitUp(context, view => view.pid !== null && !view.testing);
}

/** `restart` for a manager of zdaemon whose program is up. */
export async function restartPlain(context: ActionContext, oldPid: number): Promise<PlainStart> {
  await tell(context, 'restart');
  return awaitUp(context, view => view.pid !== null && view.pid !== oldPid && !view.testing);
}

/** Waits until a manager of zdaemon says that its program is down, or is gone itself. */
export async function awaitDownPlain(context: ActionContext): Promise<void> {
  await poll(context, view => view === null || view.pid === null, null);
}

/** Waits until a manager of zdaemon is gone. */
export async function awaitGonePlain(context: ActionContext): Promise<void> {
  await poll(context, view => view === null, null);
}

/** Sends one text command. @returns its reply; nothing when the manager has left meanwhile, as a look will show */
export function tell(context: ActionContext, line: string): Promise<string> {
  return tellInText(locateSocket(context.configuration.settings), context.clock, line).catch(error => {
    if (error instanceof NoManager) return '';
    throw error;
  });
}

async function awaitUp(context: ActionContext, isUp: (view: View) => boolean): Promise<PlainStart> {
  const { startTimeout } = context.configuration.settings;
  const view = await poll(context, now => now === null || isUp(now), startTimeout);
  if (view === null) return { outcome: 'gone' };
  return view.pid !== null && isUp(view) ? { outcome: 'started', pid: view.pid } : { outcome: 'timeout' };
}

/** @returns the first view that is as wanted, or the last one when the time is over */
function poll(context: ActionContext, isDone: (view: View | null) => boolean, limit: number | null) {
  const { clock, interrupt } = context;
  const end = limit === null ? Number.POSITIVE_INFINITY : clock.now() + limit;
  const keepLooking = async (): Promise<View | null> => {
    for (;;) {
      const view = await look(context);
      if (isDone(view) || clock.now() > end || interrupt.aborted) return view;
      await sleep(LOOK, clock);
    }
  };
  return awaitWithDots(keepLooking, context);
}

function look({ configuration, clock }: ActionContext): Promise<View | null> {
  return lookAtManager(locateSocket(configuration.settings), clock);
}
