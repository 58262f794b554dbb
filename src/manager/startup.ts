import { basename, join } from 'node:path';
import { type Launch, type LaunchOrder, placeStreams, type Stage } from '../protocol/launch-order';
import { splitVariable } from '../protocol/manager-environment';
import { assembleEnvironment, readAs } from '../settings/environment/assemble';
import { listCommands } from '../settings/schedule/what-runs';
import { locateProgram } from '../settings/surroundings/locate-program';
import { findLeftSessions, findUnrecordedProgram } from '../state/orphans';
import { type SavedState, STATE_VERSION } from '../state/saved-state';
import { readOwnedState, type StateReading, setStateAside } from '../state/state-file';
import type { Clock } from '../system/clock';
import { describeReason, UserError } from '../system/errors';
import { isSamePlace } from '../system/files';
import { identify, isRunning } from '../system/identity';
import { withOwnFolder } from '../system/trust/own-folder';
import { actsAsRoot } from '../system/trust/root';
import { becomeUser, findUserToBecome, readGroups, userEnvironment, type WholeUser } from '../system/users';

/** Thrown when another manager is already in charge of the state folder. */
export class OtherManager extends Error {
  constructor() {
    super('another manager owns the state folder');
  }
}

/** What a manager knows before it touches anything that another manager might still hold. */
export interface Surroundings {
  /** The program's environment, before the configured variables are added. */
  environment: Record<string, string | undefined>;
  /** The folders in which a relative program is looked up, in order. */
  folders: string[];
  /** See `Scene`. */
  runAs: WholeUser | null;
  /** See `Scene`. */
  serviceSocket: string | null;
  saved: StateReading;
  /** It takes back what still runs, so a log that cannot be opened must not prevent that. */
  mayLack: boolean;
}

export interface SettleOptions {
  /** For a program's uptime. */
  clock: Pick<Clock, 'wall'>;
  /** Whether a keeper has begun this manager. */
  isKept: boolean;
  /** See `restoreState`; a manager that replaces another one must begin, whatever it finds. */
  kept: readonly number[] | null;
  /** Called with the name of each stage before it is tried. */
  enter(stage: Stage): void;
}

/**
 * Applies the order's umask and user, and checks that its directory and program can be used at all.
 *
 * @param launch as received
 * @throws OtherManager; UserError or the system's error of the stage that failed
 */
export function settleIn(
  { order, inherited }: Launch,
  { clock, kept, isKept, enter }: SettleOptions,
): Surroundings {
  const environment: Record<string, string | undefined> = Object.fromEntries(inherited.map(splitVariable));
  const serviceSocket = takeServiceSocket(order, environment);
  process.umask(order.settings.umask);

  enter('user');
  const runAs = becomeConfigured(order, environment, isKept);

  const { directory } = order.settings;
  const folders = directory === null ? [order.startDirectory] : [directory, order.startDirectory];
  correctPwd(environment, directory ?? order.startDirectory);

  // Each start goes to the directory by its name; the manager keeps no folder busy.
  process.chdir('/');

  enter('program');
  const saved = restoreState(order, clock, kept);
  const found = { environment, folders, runAs, serviceSocket, saved };
  if (order.purpose === 'succeed') return { ...found, mayLack: hasSameFiles(order, saved.state?.order) };
  if (kept !== null) return { ...found, mayLack: true };
  refuseSecond(order, saved.state);
  const mayAdopt = isRunning(saved.state?.program);
  const hasLeftovers = saved.state !== null && findLeftSessions(saved.state).length > 0;
  if (order.purpose === 'adopt' && !mayAdopt && !hasLeftovers)
    throw new UserError('there is no program left to adopt');
  if (directory !== null && order.purpose === 'start' && !mayAdopt) {
    enter('directory');
    process.chdir(directory);
    process.chdir('/');
    enter('program');
  }
  if (order.purpose !== 'adopt' && !mayAdopt) refuseMissing(order, { environment, folders, runAs });
  return { ...found, mayLack: mayAdopt || hasLeftovers };
}

/**
 * In the foreground, the manager is the service, and what a program said in its place would be wrong after a restart. A
 * zdaemon leaves it to the program.
 */
function takeServiceSocket(
  { attached, patient }: LaunchOrder,
  environment: Surroundings['environment'],
): string | null {
  const { NOTIFY_SOCKET: socket } = environment;
  if (!attached || patient || !socket || !/^[/@]./.test(socket)) return null;
  delete environment.NOTIFY_SOCKET;
  return socket;
}

/**
 * Becomes the user, or finds out whom each process is to become. A keeper that becomes the user does so before it begins
 * a manager; so one that is root here must never have a manager that is not: it would obey that as root.
 *
 * @param environment gets the variables of the user
 * @param isKept whether a keeper has begun this process
 * @returns null if there is no user, or if this process is that user now
 */
function becomeConfigured(
  { settings, staysRoot }: LaunchOrder,
  environment: Surroundings['environment'],
  isKept: boolean,
): WholeUser | null {
  const user = findUserToBecome(settings.user, settings);
  if (!user) return null;
  Object.assign(environment, userEnvironment(user));
  if (isKept) return { ...user, groups: user.groups ?? readGroups(user.name) };
  if (staysRoot) throw new UserError('its settings need root and a keeper, and there is none; see zd doctor');
  becomeUser(user);
  return null;
}

/** @throws UserError if the program is not found, or if a file of its variables cannot be read */
function refuseMissing(
  order: LaunchOrder,
  { environment: inherited, folders, runAs }: Pick<Surroundings, 'environment' | 'folders' | 'runAs'>,
): void {
  const { settings, environment: section, startDirectory: folder } = order;
  const { PATH: path } = assembleEnvironment({ inherited, settings, section, folder, ...readAs(runAs) });
  for (const { words } of listCommands(settings)) {
    const found = locateProgram(words[0] ?? '', settings, folders, path);
    if ('reason' in found) throw new UserError(order.patient ? found.reason : found.plain);
  }
}

/** Files that the predecessor cannot open either are no reason against its successor; new ones are. */
function hasSameFiles(order: LaunchOrder, former: LaunchOrder | undefined): boolean {
  if (!former) return false;
  const name = (one: LaunchOrder) => {
    const { transcript, stderrTranscript } = placeStreams(one);
    return JSON.stringify([transcript, stderrTranscript, one.eventLog?.files]);
  };
  return name(order) === name(former);
}

/**
 * The caller's shell has set PWD and OLDPWD, for its own folder. A PWD that leads to the program's folder, perhaps by a
 * symlink, is right.
 */
function correctPwd(environment: Surroundings['environment'], folder: string): void {
  if (environment.PWD === undefined || isSamePlace(environment.PWD, folder)) return;
  environment.PWD = folder;
  delete environment.OLDPWD;
}

/**
 * Reads what the previous manager saved. A file that is not a valid state must never prevent a start, so it is moved
 * aside. A program that the state does not mention must never get a second copy, so it is found by its output.
 *
 * @param kept the pids that a keeper has of the manager that this one replaces, or null: the state was saved just now, and
 *   the keeper knows of a spawn how it went
 * @throws UserError for a folder that is another user's, as root; a replacement goes on without a state
 */
export function restoreState(
  order: LaunchOrder,
  clock: Pick<Clock, 'wall'>,
  kept: readonly number[] | null,
): StateReading {
  const { stateFolder, settings } = order;
  const { owner, ...reading } = readOwnedState(stateFolder);
  if (owner && actsAsRoot() && !settings.insecure) {
    // It was put there after the client had looked.
    const doubt = `the state folder ${stateFolder} belongs to uid ${owner}`;
    if (kept === null) throw new UserError(doubt);
    return { state: null, problem: doubt };
  }
  const { state, problem } = setAsideIfBad(stateFolder, reading, settings.insecure);
  if (isRunning(state?.program)) return { state, problem };
  const isFresh = kept !== null || order.purpose === 'succeed';
  if (isFresh && state && state.spawning === undefined) return { state, problem };
  const program = findUnrecordedProgram(order.stateFolder, state, clock.wall());
  if (!program || kept?.includes(program.pid)) return { state, problem };
  const found = `found process pid=${program.pid} by its output; the saved state does not mention it`;
  return {
    state: { ...(state ? withoutLife(state) : newState(order)), program },
    problem: problem === null ? found : `${problem}; ${found}`,
  };
}

function setAsideIfBad(folder: string, { state, problem }: StateReading, insecure: boolean): StateReading {
  if (problem === null) return { state, problem };
  try {
    const aside = join(folder, basename(withOwnFolder(folder, setStateAside, insecure)));
    return { state, problem: `ignored the saved state: ${problem}; it was moved to ${aside}` };
  } catch (error) {
    return {
      state,
      problem: `ignored the saved state: ${problem}; it cannot be moved: ${describeReason(error)}`,
    };
  }
}

/** What was saved of the lifecycle is older than a program that was found. */
function withoutLife(state: SavedState): SavedState {
  const { life: _, ...others } = state;
  return others;
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

/** This manager may hold the lock of a recreated folder while a living manager holds the lock of the removed one. */
function refuseSecond(order: LaunchOrder, state: SavedState | null): void {
  if (order.purpose === 'succeed' || !state || state.manager.pid === process.pid) return;
  if (isRunning(state.manager)) throw new OtherManager();
}
