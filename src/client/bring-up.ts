import type { LaunchOutcome } from '../protocol/launch-order';
import type { StartOutcome, StartParams } from '../protocol/messages';
import { ExitStatus } from '../system/errors';
import { findUserToBecome } from '../system/users';
import { type ActionContext, complain, print } from './context';
import { endStart } from './interrupt';
import { LockHeld, launchManager, runAttachedManager } from './launch';
import { lookAtManager, type View } from './look';
import { writeOrder, writeRefresh } from './order';
import { checkPlaces, locateSocket, nameProgram } from './preflight/places';
import { checkTrust } from './preflight/trust';
import { awaitWithDots } from './progress';
import { Race } from './race';
import { ManagerLeft, NoManager, request } from './request';
import { startPlain } from './zdaemon-manager';

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
 * @param view what `lookAtManager` said
 * @throws Interrupted, but not as zdaemon; UserError when no manager can be had
 */
export async function bringUp(context: ActionContext, args: string[], view: View | null): Promise<BringUp> {
  if (view && !view.report) return startPlain(context).catch(error => endStart(context, error));
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
    return { ...result, stays: (await lookAtManager(locateSocket(settings), context.clock)) !== null };
  } catch (error) {
    return await endStart(context, error);
  }
}

/**
 * Prints how it went.
 *
 * @param context
 * @param result of `bringUp`
 * @param done the line for success, for example `daemon process started, pid=12`
 * @returns the exit status
 */
export function reportBringUp(
  context: ActionContext,
  result: BringUp,
  done: (pid: number) => string,
): number {
  const name = nameProgram(context.configuration.settings.program);
  switch (result.outcome) {
    case 'already':
      print(context, `daemon process already running; pid=${result.pid}`);
      return ExitStatus.done;
    case 'started':
      print(context, `\n${done(result.pid)}`);
      return ExitStatus.done;
    case 'ended':
      return context.flavour === 'zd' ? result.status : ExitStatus.done;
    case 'timeout':
      print(context, '\nProgram took too long to start');
      complain(
        context,
        `cannot tell whether ${name} is ready: ${context.configuration.settings.startTimeout} seconds have passed; it was left running`,
      );
      return ExitStatus.failed;
    case 'cancelled':
      print(context, '\ndaemon process not running');
      complain(context, `cannot start ${name}: a stop was asked for meanwhile`);
      return ExitStatus.failed;
    case 'gone':
      print(context, '\ndaemon manager not running');
      complain(context, `cannot start ${name}: the manager left meanwhile`);
      return ExitStatus.failed;
    case 'refused':
      print(context, '\ndaemon manager not running');
      complain(context, explainRefusal(context, result, name));
      return context.flavour === 'zd' ? result.status : ExitStatus.failed;
    case 'failed':
      print(
        context,
        result.retry || result.stays
          ? '\ndaemon manager running; daemon process not running'
          : '\ndaemon manager not running',
      );
      complain(
        context,
        `cannot start ${name}: ${result.reason}${result.retry ? '; the manager goes on trying' : ''}`,
      );
      if (result.lines.length > 0)
        context.stderr.write(`Its last words:\n${result.lines.map(line => `  ${line}\n`).join('')}`);
      return ExitStatus.failed;
  }
}

function explainRefusal(
  { flavour }: ActionContext,
  { stage, reason, status }: Extract<LaunchOutcome, { outcome: 'refused' }>,
  name: string,
): string {
  // `Error: can't stat program './x'` is a line people know (zdaemon 1.5, 53).
  if (status === ExitStatus.usage || (flavour === 'zdaemon' && stage === 'program')) return reason;
  return `cannot start ${name}: ${stage === 'program' ? '' : `${stage}: `}${reason}`;
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
  const race = new Race(context.clock, order);
  for (;;) {
    try {
      return await launchManager(order, signal);
    } catch (error) {
      if (!(error instanceof LockHeld)) throw error;
    }
    // Somebody else won: a manager that is about to answer, or one that is about to be gone.
    const told = (await race.look()) && (await askLiving(context, [], signal));
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
