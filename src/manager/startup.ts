import type { LaunchOrder, Stage } from '../protocol/launch-order';
import { findGroups, findStray } from '../state/orphans';
import { type SavedState, STATE_VERSION } from '../state/saved-state';
import { readState, type StateReading, setStateAside } from '../state/state-file';
import type { Clock } from '../system/clock';
import { describeReason, UserError } from '../system/errors';
import { findProgram } from '../system/find-program';
import { identify, isRunning } from '../system/identity';
import { becomeUser, findUserToBecome, userEnvironment } from '../system/users';

/** There is a manager, and it is not us. */
export class OtherManager extends Error {}

/** What a manager knows before it touches anything that another one might still hold. */
export interface Surroundings {
  /** What the program gets, before the configured variables. */
  environment: Record<string, string | undefined>;
  /** Where a relative program is looked up, in order. */
  folders: string[];
  saved: StateReading;
}

/**
 * Becomes what the order asks for: umask, user, directory; and looks whether its program can be run at all.
 *
 * @param order as it came over the handshake pipe
 * @param clock for the time a program has been up
 * @param enter told the name of each stage before it is tried
 * @throws OtherManager; UserError or the system's error of the stage that failed
 */
export function settleIn(
  order: LaunchOrder,
  clock: Pick<Clock, 'wall'>,
  enter: (stage: Stage) => void,
): Surroundings {
  const environment = { ...process.env };
  if (!order.attached) process.umask(order.settings.umask);

  enter('user');
  const user = findUserToBecome(order.settings.user);
  if (user) {
    becomeUser(user);
    Object.assign(environment, userEnvironment(user));
  }

  enter('directory');
  const directory = order.attached ? null : order.settings.directory;
  const folders = directory === null ? [order.startDirectory] : [directory, order.startDirectory];
  if (directory !== null) process.chdir(directory);
  else if (!order.attached) returnTo(order.startDirectory);

  enter('program');
  const saved = restoreState(order, clock);
  refuseSecond(order, saved.state);
  const mayAdopt = isRunning(saved.state?.program);
  const hasLeftovers = saved.state !== null && findGroups(saved.state).length > 0;
  if (order.purpose === 'adopt' && !mayAdopt && !hasLeftovers)
    throw new UserError('there is no program to take back any more');
  const found = findProgram(
    order.settings.program[0] ?? '',
    folders,
    order.environment.PATH ?? environment.PATH,
  );
  if ('reason' in found && order.purpose !== 'adopt' && !mayAdopt) throw new UserError(found.reason);
  return { environment, folders, saved };
}

/** Whoever takes a program back may be elsewhere; where it was started may be gone, or not ours to enter by its name. */
function returnTo(folder: string): void {
  try {
    if (process.cwd() !== folder) process.chdir(folder);
  } catch {
    // The program that is up is worth more than where its next one is started.
  }
}

/**
 * Reads what the manager before us knew. A file that is no state must never keep a program from starting: it is moved
 * aside; and a program that no state tells of must never get a second one beside it.
 */
export function restoreState(order: LaunchOrder, clock: Pick<Clock, 'wall'>): StateReading {
  const { state, fault } = readOrSetAside(order.stateFolder);
  if (isRunning(state?.program)) return { state, fault };
  const program = findStray(order.stateFolder, state, clock.wall());
  if (!program) return { state, fault };
  const found = `found process pid=${program.pid}, which no state tells of, by its output`;
  return {
    state: { ...(state ?? newState(order)), program },
    fault: fault === null ? found : `${fault}; ${found}`,
  };
}

function readOrSetAside(folder: string): StateReading {
  const { state, fault } = readState(folder);
  if (fault === null) return { state, fault };
  try {
    return { state, fault: `ignored the saved state: ${fault}; it was moved to ${setStateAside(folder)}` };
  } catch (error) {
    return {
      state,
      fault: `ignored the saved state: ${fault}; it cannot be moved: ${describeReason(error)}`,
    };
  }
}

function newState(order: LaunchOrder): SavedState {
  return {
    version: STATE_VERSION,
    manager: identify(process.pid),
    program: null,
    leftovers: [],
    wanted: 'up',
    starts: 1,
    lastExit: null,
    order,
  };
}

/** We have the lock of a folder that was made anew under a living manager, whose lock is on the old one. */
function refuseSecond(order: LaunchOrder, state: SavedState | null): void {
  if (order.purpose === 'succeed' || !state || state.manager.pid === process.pid) return;
  if (isRunning(state.manager)) throw new OtherManager();
}
