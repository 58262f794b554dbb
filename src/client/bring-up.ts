import type { LaunchOutcome } from '../protocol/launch-order';
import type { StartParams } from '../protocol/messages';
import type { StartOutcome } from '../protocol/outcomes';
import { locateSocket } from '../state/socket-path';
import { findUserToBecome } from '../system/users';
import type { ActionContext } from './context';
import { endStart } from './interrupt';
import { LockHeld, launchManager, runAttachedManager } from './launch';
import { writeOrder, writeRefresh } from './order';
import { checkPlaces } from './preflight/places';
import { checkTrust } from './preflight/trust';
import { awaitWithDots } from './progress';
import type { View } from './query';
import { queryManager } from './query';
import { ManagerLeft, NoManager, request } from './request';
import { WinnerPoll } from './winner-poll';
import * as zdaemonManager from './zdaemon-manager';

/** How an attempt to have the program up ended, besides what a manager can say of it. */
export type BringUp =
  | (LaunchOutcome & { stays?: boolean })
  | { outcome: 'timeout' | 'gone' }
  | { outcome: 'ended'; status: number };

/**
 * Has the program started by the living manager, or by a new one when there is none, and waits for the outcome.
 *
 * @param context its Ctrl-C ends the wait, nothing else
 * @param args words to add to the program's
 * @param view what `queryManager` returned
 * @throws Interrupted, but not as zdaemon; UserError when no manager can be had
 */
export async function bringUp(context: ActionContext, args: string[], view: View | null): Promise<BringUp> {
  if (view && !view.report) return zdaemonManager.start(context).catch(error => endStart(context, error));
  if (!view && !context.configuration.settings.daemon) return runAttached(context, args);
  return awaitStart(context, signal => bringUpZd(context, args, view, signal));
}

/**
 * Waits for the outcome of a start or restart, up to `start-timeout`.
 *
 * @param context
 * @param begin asks for it; its signal ends the asking
 * @throws Interrupted, but not as zdaemon
 */
export async function awaitStart(
  context: ActionContext,
  begin: (signal: AbortSignal) => Promise<BringUp>,
): Promise<BringUp> {
  const { settings } = context.configuration;
  const askInTime = (over: AbortSignal): Promise<BringUp> => {
    const timeout = new Promise<BringUp>(resolve => {
      const cancel = context.clock.after(settings.startTimeout, () => resolve({ outcome: 'timeout' }));
      over.addEventListener('abort', cancel);
    });
    return Promise.race([begin(over), timeout]);
  };
  try {
    const result = await awaitWithDots(askInTime, context, ({ outcome }) => outcome === 'already');
    if (result.outcome !== 'failed' || result.retry || !settings.hangAround) return result;
    // Whether one that may hang around does so is not part of its answer.
    return { ...result, stays: (await queryManager(locateSocket(settings), context.clock)) !== null };
  } catch (error) {
    return await endStart(context, error);
  }
}

async function bringUpZd(
  context: ActionContext,
  args: string[],
  view: View | null,
  signal: AbortSignal,
): Promise<BringUp> {
  const told = view && (await askLiving(context, args, signal));
  // It was alive a moment ago: what it left behind, a new one takes up.
  return told ?? launch(context, args, signal);
}

/** @returns null when the manager left, or died, before it had an answer */
async function askLiving(
  context: ActionContext,
  args: string[],
  signal: AbortSignal,
): Promise<StartOutcome | null> {
  const { configuration, clock, flavour } = context;
  const params: StartParams = { patient: flavour === 'zdaemon', refresh: writeRefresh(configuration, args) };
  const socket = locateSocket(configuration.settings);
  try {
    return (await request({ socket, clock, limit: null, signal }, 'start', params)) as StartOutcome;
  } catch (error) {
    if (error instanceof NoManager || error instanceof ManagerLeft) return null;
    throw error;
  }
}

async function launch(context: ActionContext, args: string[], signal: AbortSignal): Promise<BringUp> {
  const order = prepareOrder(context, args);
  const poll = new WinnerPoll(context.clock, order);
  for (;;) {
    try {
      return await launchManager(order, signal);
    } catch (error) {
      if (!(error instanceof LockHeld)) throw error;
    }
    // Somebody else won: a manager that is about to answer, or one that is about to be gone.
    const told = (await poll.next()) && (await askLiving(context, [], signal));
    if (told) return joinWinner(told);
  }
}

/** What the winner of the race started was already running for us. */
function joinWinner(outcome: StartOutcome): StartOutcome {
  return outcome.outcome === 'started' ? { outcome: 'already', pid: outcome.pid } : outcome;
}

async function runAttached(context: ActionContext, args: string[]): Promise<BringUp> {
  // Ctrl-C reaches the manager too, which ends the program; we only wait for both.
  const { status, handshake } = await runAttachedManager(prepareOrder(context, args));
  if (handshake && handshake.outcome !== 'started') return handshake;
  return { outcome: 'ended', status };
}

function prepareOrder(context: ActionContext, args: string[]) {
  const { configuration, flavour } = context;
  checkPlaces(configuration);
  checkTrust(configuration);
  const user = findUserToBecome(configuration.settings.user);
  return writeOrder({ configuration, args, user, patient: flavour === 'zdaemon' });
}
