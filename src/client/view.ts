import type { Method } from '../protocol/messages';
import { quotePythonList } from '../protocol/python';
import { findRemains } from '../state/orphans';
import { locateSocket } from '../state/socket-path';
import { type Clock, sleep } from '../system/clock';
import { ExitStatus, UserError } from '../system/errors';
import type { ActionContext } from './context';
import { print } from './context';
import { lookAtManager, type View } from './look';
import { type Exchange, NoManager, request } from './request';

/** Seconds a manager may be without its socket, and between two looks. */
const SOCKET_AWAY_LIMIT = 6;
const SOCKET_LOOK = 0.05;

/**
 * Asks the manager how things are, as every action does first, and warns when it runs another program than ours
 * (zdaemon).
 *
 * @returns what it says, or null when there is none
 * @throws UserError with status 4 when it cannot be told; zdaemon's own client takes that for "none"
 */
export async function viewManager(context: ActionContext): Promise<View | null> {
  const { settings } = context.configuration;
  let view: View | null;
  try {
    view = await lookTwice(locateSocket(settings), context.clock);
  } catch (error) {
    if (context.flavour === 'zdaemon' && error instanceof UserError) return null;
    throw error;
  }
  const ours = settings.program;
  if (view?.args && ours.length > 0 && ours.some((word, index) => view.args?.[index] !== word)) {
    print(context, 'WARNING! zdrun is managing a different program!');
    print(context, `our program   = ${quotePythonList(ours)}`);
    print(context, `daemon's args = ${quotePythonList(view.args)}`);
  }
  return view;
}

/**
 * Asks a manager that was there a moment ago, and waits for its socket when that has gone away since.
 *
 * @returns its answer, as `request` does
 * @throws NoManager when it has left; what `request` throws
 */
export async function askManager(exchange: Exchange, method: Method, params?: unknown): Promise<unknown> {
  for (;;) {
    try {
      return await request(exchange, method, params);
    } catch (error) {
      if (!(error instanceof NoManager)) throw error;
      if (!(await lookTwice(exchange.socket, exchange.clock))) throw error;
    }
  }
}

/** The sentence of `status` (zdaemon). */
export function describeView(view: View | null): string {
  if (!view) return 'daemon manager not running';
  if (view.pid === null) return 'daemon manager running; daemon process not running';
  return `program running; pid=${view.pid}`;
}

/**
 * A manager whose socket is away, as in an upgrade or after a tmp cleaner, is given time to bind it again; one that is
 * leaving, to be gone: a process that is killed loses its socket a moment before it is dead.
 */
async function lookTwice(socket: string, clock: Clock): Promise<View | null> {
  for (const deadline = clock.now() + SOCKET_AWAY_LIMIT; ; ) {
    const view = await lookAtManager(socket, clock);
    if (view) return view;
    const { managerPid, isLeaving } = findRemains(socket, clock);
    const isLate = clock.now() > deadline;
    if (managerPid === null && (!isLeaving || isLate)) return null;
    if (isLate) {
      throw new UserError(
        `cannot tell: the manager, pid ${managerPid}, is alive, but ${socket} is not its socket any more; remove what is there, or kill ${managerPid}`,
        ExitStatus.unknown,
      );
    }
    await sleep(SOCKET_LOOK, clock);
  }
}
