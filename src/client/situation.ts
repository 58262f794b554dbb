import type { Method, StatusParams } from '../protocol/messages';
import { quotePythonList } from '../protocol/python';
import { findRemains, type Remains, type SettledRemains } from '../state/orphans';
import { sleep } from '../system/clock';
import { ExitStatus, UserError } from '../system/errors';
import { checkOwnState, findAddress } from './address';
import { type Act, checkWhose, runsProgram } from './configured/whose';
import { type ActionContext, print } from './context';
import { KeeperCall } from './keeper-call';
import { queryManager, type View } from './query';
import { type Exchange, ManagerLeft, NoManager, RequestUnread, request } from './request';

/** Seconds a manager may be without its socket, and seconds between polls for it. */
const SOCKET_AWAY_LIMIT = 6;
const POLL_INTERVAL = 0.05;

/** What a command finds: a manager that answers, or what remains without one. */
export type Situation = { kind: 'managed'; view: View } | SettledRemains;

/**
 * Determines the situation, which every command does first. Says so if the program belongs to another configuration;
 * called as zdaemon, warns if the manager runs a program that differs from the configured one (zdaemon).
 *
 * @param context
 * @param act see `checkWhose`
 * @param asked what else the manager is to report
 * @throws UserError of `checkWhose`; with status 4 when there may be a manager but it does not answer, which `zdaemon`
 *   treats as absent
 */
export async function findSituation(
  context: ActionContext,
  act: Act | null = null,
  asked?: StatusParams,
): Promise<Situation> {
  try {
    const situation = await observe(context, asked);
    if (situation.kind === 'managed') warnOfOtherProgram(context, situation.view);
    checkWhose(context, situation, act);
    return situation;
  } catch (error) {
    // What must not be trusted is never taken for absent.
    if (context.flavour === 'zdaemon' && error instanceof UserError && error.name !== 'Distrust')
      return { kind: 'nothing', lastExit: null, down: null };
    throw error;
  }
}

/**
 * The same without the warning. A manager whose socket is missing, as during an upgrade or after a tmp cleaner, gets
 * time to bind it again. One that is leaving gets time to exit: a process that is killed loses its socket first.
 *
 * @param over ends that time
 */
export async function observe(
  { configuration, clock }: ActionContext,
  asked?: StatusParams,
  over?: AbortSignal,
): Promise<Situation> {
  const socket = findAddress(configuration);
  const caller = new KeeperCall(clock);
  for (const deadline = clock.now() + SOCKET_AWAY_LIMIT; ; ) {
    const view = await queryManager(socket, clock, asked);
    if (view) return { kind: 'managed', view };
    checkOwnState(socket);
    const remains = findRemains(socket.path, clock);
    if (remains.kind !== 'away' && remains.kind !== 'leaving') return remains;
    if (clock.now() > deadline || over?.aborted) return giveUp(remains, socket.path);
    caller.callIfLate(remains);
    await sleep(POLL_INTERVAL, clock);
  }
}

/** The manager's report, or null when there is no manager. */
export function viewOf(situation: Situation): View | null {
  return situation.kind === 'managed' ? situation.view : null;
}

/**
 * Sends a request to a manager that answered a moment ago, and waits for its socket if that is missing now.
 *
 * @param exchange `repeats`: send it again to the next manager if this one died before it replied
 * @returns the result, as `request` does
 * @throws NoManager when the manager has exited; what `request` throws
 */
export async function askManager(
  context: ActionContext,
  { repeats = false, ...exchange }: Omit<Exchange, 'socket' | 'clock'> & { repeats?: boolean },
  method: Method,
  params?: unknown,
): Promise<unknown> {
  const { configuration, clock } = context;
  const socket = findAddress(configuration);
  for (;;) {
    try {
      return await request({ ...exchange, socket, clock }, method, params);
    } catch (error) {
      const isLost = error instanceof NoManager || error instanceof RequestUnread;
      if (!isLost && !(repeats && error instanceof ManagerLeft)) throw error;
      if ((await observe(context)).kind !== 'managed') throw error;
    }
  }
}

/** The sentence of `status` (zdaemon). */
export function describeView(view: View | null): string {
  if (!view) return 'daemon manager not running';
  if (view.pid === null) return 'daemon manager running; daemon process not running';
  return `program running; pid=${view.pid}`;
}

function giveUp(remains: Extract<Remains, { kind: 'away' | 'leaving' }>, socket: string): Situation {
  if (remains.kind === 'leaving') return { kind: 'nothing', lastExit: null, down: null };
  const { managerPid, keeperPid } = remains;
  if (managerPid === null)
    throw new UserError(
      `cannot reach the manager: it was killed, and its keeper, pid ${keeperPid}, cannot begin another one; if zd was moved or removed since, kill -9 ${keeperPid}, and zd start adopts the program`,
      ExitStatus.unknown,
    );
  throw new UserError(
    `cannot reach the manager: pid ${managerPid} is alive, but ${socket} is no longer its socket; move that path away, or kill ${managerPid}, which ends manager and program`,
    ExitStatus.unknown,
  );
}

function warnOfOtherProgram(context: ActionContext, view: View): void {
  const { configuration, flavour } = context;
  if (flavour === 'zd' || runsProgram(view, configuration)) return;
  print(context, 'WARNING! zdrun is managing a different program!');
  print(context, `our program   = ${quotePythonList(configuration.settings.program)}`);
  print(context, `daemon's args = ${quotePythonList(view.args ?? [])}`);
}
