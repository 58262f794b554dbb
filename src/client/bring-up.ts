import { existsSync } from 'node:fs';
import type { LaunchOrder, LaunchOutcome } from '../protocol/launch-order';
import type { StartParams } from '../protocol/messages';
import type { StartOutcome } from '../protocol/outcomes';
import { requireProgram } from '../settings/resolve';
import { findRemains } from '../state/orphans';
import { locateSocket } from '../state/socket-path';
import { UserError } from '../system/errors';
import { findUserToBecome, nameCaller } from '../system/users';
import { findAddress } from './address';
import { checkWhose } from './configured/whose';
import { type ActionContext, complain } from './context';
import { describing } from './describe-wait';
import { endStart } from './interrupt';
import { LockHeld, launchManager, runAttachedManager } from './launch';
import { writeOrder, writeRefresh } from './order';
import { noteMuteHandlers } from './preflight/log-tools';
import { checkPlaces } from './preflight/places';
import { checkSize } from './preflight/program';
import { checkRights } from './preflight/rights';
import { checkSurroundings } from './preflight/surroundings';
import { checkTrust } from './preflight/trust';
import { awaitWithDots } from './progress';
import type { View } from './query';
import { queryManager } from './query';
import { ManagerLeft, NoManager, request } from './request';
import { WinnerPoll } from './winner-poll';
import * as zdaemonManager from './zdaemon-manager';

/** Seconds between looks at whether the former program has ended. */
const ENDING_POLL = 0.2;
/** Seconds beyond start-timeout in which the manager must say so. */
const ANSWER_GRACE = 1;

/** The outcome of a start: the one a manager reported, or how the attempt ended without a report. */
export type BringUp =
  | (LaunchOutcome & { stays?: boolean; endedWith?: number })
  | { outcome: 'timeout'; pid?: number; reason?: string; lines?: string[] }
  | { outcome: 'gone' }
  | { outcome: 'ended'; status: number };

/** How the program is to be brought up. */
export interface Manner {
  /** See `StartParams.once`. */
  once?: boolean;
  /** See `LaunchOrder.mirrors`. */
  mirrors?: boolean;
}

/** What is asked for; `args` are words appended to the program's. */
interface Wish extends Manner {
  args: string[];
}

/**
 * Starts the program through the running manager, or through a new one if there is none, and waits for the outcome.
 *
 * @param context its Ctrl-C ends only the wait
 * @param args words appended to the program's
 * @param view what `queryManager` returned
 * @throws Interrupted, but not as zdaemon; UserError when no manager can be started
 */
export async function bringUp(
  context: ActionContext,
  args: string[],
  view: View | null,
  manner: Manner = {},
): Promise<BringUp> {
  // A living manager runs what it is sent.
  checkTrust(context.configuration);
  const wish: Wish = { args, ...manner };
  if (view && !view.report && manner.once)
    throw new UserError("cannot run it once: its manager is zdaemon's, which starts it again; stop it first");
  if (view && !view.report) return zdaemonManager.start(context).catch(error => endStart(context, error));
  if (!view && !context.configuration.settings.daemon) return runAttached(context, wish);
  return awaitStart(context, signal => bringUpZd(context, wish, view, signal));
}

/**
 * Waits for the outcome of a start or restart, at most `start-timeout` seconds, and first for `wait-for`.
 *
 * @param context
 * @param begin sends the request; its signal aborts the request
 * @throws Interrupted, but not as zdaemon
 */
export async function awaitStart(
  context: ActionContext,
  begin: (signal: AbortSignal) => Promise<BringUp>,
): Promise<BringUp> {
  const { settings } = context.configuration;
  const limit = findLongestWait(context);
  const askInTime = (over: AbortSignal): Promise<BringUp> => {
    const timeout = awaitTimeout(context, limit, over).then((): BringUp => ({ outcome: 'timeout' }));
    return Promise.race([begin(over), timeout]);
  };
  try {
    const isBare = ({ outcome }: BringUp) => outcome === 'already';
    const result = await awaitWithDots(
      askInTime,
      context,
      isBare,
      describing(context, { ready: settings.startTimeout, waitFor: findLongestPreparation(context) }),
    );
    if (result.outcome === 'timeout' && result.reason === undefined)
      return { ...result, ...(await findSlow(context)) };
    if (result.outcome !== 'failed' || result.retry || !settings.hangAround) return result;
    // The manager's report does not include whether the manager hangs around.
    return {
      ...result,
      stays: (await queryManager(findAddress(context.configuration), context.clock)) !== null,
    };
  } catch (error) {
    return await endStart(context, error);
  }
}

/** The limit counts from when the former program has ended, which `stop-timeout` allows to take long. */
async function awaitTimeout(context: ActionContext, limit: number, over: AbortSignal): Promise<void> {
  const { configuration, clock, flavour } = context;
  const pause = (seconds: number) =>
    new Promise<void>(resolve => over.addEventListener('abort', clock.after(seconds, resolve)));
  for (let rest = limit; rest > 0; ) {
    await pause(rest);
    rest = 0;
    if (flavour === 'zdaemon') return;
    for (; await isEnding(); rest = limit) await pause(ENDING_POLL);
  }

  async function isEnding(): Promise<boolean> {
    const view = await queryManager(findAddress(configuration), clock).catch(() => null);
    return ['restarting', 'stopping'].includes(view?.report?.state ?? '');
  }
}

/** A manager of zd says itself that a program is not ready in time; but not once more to those that come later. */
function findLongestWait(context: ActionContext): number {
  const { configuration, flavour } = context;
  const { settings } = configuration;
  const { startTimeout, ready, startTestProgram } = settings;
  if (flavour === 'zdaemon') return startTimeout;
  const grace = ready || startTestProgram ? ANSWER_GRACE : 0;
  return startTimeout + findLongestPreparation(context) + grace;
}

/** Before there is a process: of wait-for, and of before-start. */
export function findLongestPreparation({ configuration }: ActionContext): number {
  const { waitFor, waitForTimeout, beforeStart, hookTimeout } = configuration.settings;
  return (waitFor ? waitForTimeout : 0) + (beforeStart ? hookTimeout : 0);
}

/** What has been started, and what is missing. */
async function findSlow({ configuration, clock }: ActionContext): Promise<{ pid?: number; reason?: string }> {
  const view = await queryManager(findAddress(configuration), clock).catch(() => null);
  const reason = view?.report?.waitingFor ?? null;
  return { ...(view?.pid ? { pid: view.pid } : {}), ...(reason === null ? {} : { reason }) };
}

async function bringUpZd(
  context: ActionContext,
  wish: Wish,
  view: View | null,
  signal: AbortSignal,
): Promise<BringUp> {
  const isUp = view !== null && view.pid !== null;
  const outcome = view && (await requestStart(context, isUp ? { ...wish, args: null } : wish, signal));
  // The manager was alive a moment ago: a new one adopts what it left running.
  return outcome ?? launch(context, wish, signal);
}

/**
 * @param wish its `args` are null for a program that is up: the manager would ignore what has changed
 * @returns null when the manager exited or died before it replied
 */
async function requestStart(
  context: ActionContext,
  { args, once }: Omit<Wish, 'args'> & { args: string[] | null },
  signal: AbortSignal,
): Promise<StartOutcome | null> {
  const { configuration, clock, flavour } = context;
  const params: StartParams = {
    patient: flavour === 'zdaemon',
    user: nameCaller(),
    ...(once ? { once } : {}),
    ...(args === null ? {} : { refresh: writeRefresh(configuration, args) }),
  };
  const socket = findAddress(configuration);
  try {
    return (await request({ socket, clock, limit: null, signal }, 'start', params)) as StartOutcome;
  } catch (error) {
    if (error instanceof NoManager || error instanceof ManagerLeft) return null;
    throw error;
  }
}

/** @param begin starts a manager; when another one holds the lock, that one is asked instead */
async function launch(
  context: ActionContext,
  wish: Wish,
  signal: AbortSignal,
  begin: (order: LaunchOrder) => Promise<BringUp> = order => launchManager(order, signal),
): Promise<BringUp> {
  let order = prepareOrder(context, wish);
  const poll = new WinnerPoll(context.clock, context.configuration, order);
  let isOwn = false;
  for (;;) {
    try {
      return await begin(order);
    } catch (error) {
      // A manager of root's removes its state folder as it leaves, where that belongs to another user.
      const isGone = !existsSync(order.stateFolder);
      if (isGone) order = prepareOrder(context, wish);
      else if (!(error instanceof LockHeld)) throw error;
      isOwn ||= error instanceof LockHeld && error.isReplacement;
    }
    // Another manager holds the lock: one that is about to answer, or one that is about to exit.
    const winner = await poll.next();
    if (winner) checkWhose(context, { kind: 'managed', view: winner }, 'start');
    const outcome = winner && (await requestStart(context, { ...wish, args: [] }, signal));
    if (outcome) return describeStart(outcome, isOwn);
  }
}

/**
 * For the client that lost a race, the program that the winner started was already running; for the one whose manager
 * was killed, it was started.
 */
function describeStart(outcome: StartOutcome, isOwn: boolean): StartOutcome {
  if (outcome.outcome !== 'started' && outcome.outcome !== 'already') return outcome;
  return { outcome: isOwn ? 'started' : 'already', pid: outcome.pid };
}

function runAttached(context: ActionContext, wish: Wish): Promise<BringUp> {
  return launch(context, wish, new AbortController().signal, async order => {
    const { status, handshake } = await runAttachedManager(order);
    // What the manager tried again has ended since.
    const isAsked = handshake?.outcome === 'cancelled' && wish.mirrors;
    if (isAsked || (handshake?.outcome === 'failed' && handshake.retry)) return { outcome: 'ended', status };
    if (handshake?.outcome === 'failed') return { ...handshake, endedWith: status };
    if (handshake && handshake.outcome !== 'started') return handshake;
    return { outcome: 'ended', status };
  });
}

function prepareOrder(context: ActionContext, { args, once, mirrors }: Wish): LaunchOrder {
  const { configuration, flavour, clock } = context;
  requireProgram(configuration);
  const isAdoption = findRemains(locateSocket(configuration.settings), clock).kind === 'orphaned';
  try {
    checkPlaces(configuration, flavour);
    checkSurroundings(configuration);
    checkRights(configuration);
  } catch (error) {
    // It is needed for the next start, and not for a program that is up.
    if (!isAdoption || !(error instanceof UserError)) throw error;
    complain(context, error.message);
  }
  noteMuteHandlers(context);
  checkSize(configuration, args);
  const user = findUserToBecome(configuration.settings.user, configuration.settings);
  const order = writeOrder({ configuration, args, user, patient: flavour === 'zdaemon', isAdoption });
  return { ...order, ...(once ? { once } : {}), ...(mirrors ? { mirrors } : {}) };
}
