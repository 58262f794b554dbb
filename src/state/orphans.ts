import { readlinkSync, realpathSync } from 'node:fs';
import { isKeeper } from '../protocol/keeper/command';
import type { LaunchOrder } from '../protocol/launch-order';
import type { DownRecord, ExitRecord } from '../protocol/outcomes';
import type { Clock } from '../system/clock';
import { identify, isRunning, isSameBoot } from '../system/identity';
import { findSessionsWritingTo, listChildren, readAge, readBootId, readOwner } from '../system/processes';
import { nameStateFolder } from './folder';
import { readManagerSocket } from './manager-process';
import type { SavedProgram, SavedState } from './saved-state';
import { findSessionMembers, findTerminals, nameFifos, readFolderOwner } from './sessions';
import { readOwnedState } from './state-file';

/** What remains if no manager answers. As root, treat `order` as untrusted input from the owner of the state folder. */
export type SettledRemains =
  /** A program without a manager; `order` is the order of its manager, null if it was lost. */
  | { kind: 'orphaned'; program: SavedProgram; order: LaunchOrder | null; lastExit: ExitRecord | null }
  /** Sessions of a dead program, whose manager is also dead. */
  | {
      kind: 'leftovers';
      groups: number[];
      order: LaunchOrder | null;
      lastExit: ExitRecord | null;
      down: DownRecord | null;
    }
  /** The last exit of the program, and how it came to be down, if that is known. */
  | { kind: 'nothing'; lastExit: ExitRecord | null; down: DownRecord | null };

export type Remains =
  | SettledRemains
  /** A manager is alive, although its socket does not answer, or a keeper is, which begins another one. */
  | { kind: 'away'; managerPid: number | null; keeperPid: number | null }
  /** A manager has closed its socket for good, or is being killed. What remains is known only after it has exited. */
  | { kind: 'leaving' };

/**
 * Finds what is still running if no manager answers on the socket. As root, the state in another user's folder is
 * untrusted, and is accepted only for processes of that user.
 *
 * @param socket absolute path
 * @param clock for the uptime of a program
 */
export function findRemains(socket: string, clock: Clock): Remains {
  let folder: string;
  try {
    folder = realpathSync(nameStateFolder(socket));
  } catch {
    return { kind: 'nothing', lastExit: null, down: null };
  }
  const { state, owner } = readOwnedState(folder);
  const isForeign = process.getuid?.() === 0 && owner !== 0;
  const isTheirs = (pid: number) => !isForeign || readOwner(pid) === owner;
  const keeperPid = findKeeper(state, isTheirs);
  const managerPid = state?.manager.pid ?? 0;
  if (isRunning(state?.manager)) {
    // A manager that has done all has closed its socket on purpose; one that still ends something answers again.
    const stays = state && (state.wanted === 'up' || state.order.settings.hangAround || !isGone(state));
    return stays ? { kind: 'away', managerPid, keeperPid } : { kind: 'leaving' };
  }
  // One that could not save its state is found by its keeper.
  if (keeperPid !== null) return { kind: 'away', managerPid: findManager(keeperPid, socket), keeperPid };
  const { order = null, lastExit = null } = state ?? {};
  const recorded = state?.program;
  const program = isRunning(recorded) ? recorded : findUnrecordedProgram(folder, state, clock.wall());
  if (program)
    return isTheirs(program.pid)
      ? { kind: 'orphaned', program, order, lastExit }
      : { kind: 'nothing', lastExit, down: null };
  const down = state && findDown(state);
  const groups = state ? findLeftSessions(state) : [];
  if (groups.length > 0) return { kind: 'leftovers', groups, order, lastExit, down };
  return { kind: 'nothing', lastExit, down };
}

/** A manager that was killed together with its program has recorded no end of it. */
function findDown({ outcome, program, manager }: SavedState): DownRecord | null {
  if (outcome || !program) return outcome ?? null;
  const reason = isSameBoot(manager.bootId) ? null : 'the system or the container began anew';
  return { outcome: 'killed', at: null, by: 'nobody', user: null, inARow: 0, reason };
}

function findKeeper(state: SavedState | null, isTheirs: (pid: number) => boolean): number | null {
  const keeper = state?.keeper;
  return isRunning(keeper) && isTheirs(keeper.pid) && isKeeper(keeper.pid) ? keeper.pid : null;
}

function findManager(keeperPid: number, socket: string): number | null {
  return listChildren(keeperPid).find(pid => readManagerSocket(pid) === socket) ?? null;
}

/**
 * The sessions of a dead manager's programs that still have members, but no leader.
 *
 * @param state its saved state
 */
export function findLeftSessions({ manager, program, leftovers, savedAt, order }: SavedState): number[] {
  // After a reboot, or in another container, the numbers belong to unrelated processes.
  if (!isSameBoot(manager.bootId)) return [];
  const known = program === null ? leftovers : [program.pid, ...leftovers];
  const members = findSessionMembers(new Map(known.map(id => [id, savedAt])), order.stateFolder);
  return [...new Set(members.map(({ session }) => session as number))];
}

/**
 * Finds a program that the state does not mention: its manager died right after starting it, or the state was
 * destroyed. The program is recognized because it still writes to the FIFO of the state folder, or to a terminal that is
 * held for it. It is not found if it has closed both outputs, or on a system without /proc.
 *
 * @param folder the state folder, without symlinks
 * @param state its content. It may be older than the last start, if it could not be saved since; so it proves that
 *   nothing runs only if its manager has left in order. The search reads every process.
 * @param wall the current time in seconds since 1970
 */
export function findUnrecordedProgram(
  folder: string,
  state: SavedState | null,
  wall: number,
): SavedProgram | null {
  if (state && hasLeftInOrder(state)) return null;
  const since = state ? findSpawnTime(state) : 0;
  const found = findSessionsWritingTo(nameFifos(folder), readFolderOwner(folder), findTerminals(folder));
  // Processes that the program has started in their own sessions are younger.
  const oldest = found.find(({ startTime }) => Number(startTime) >= since);
  if (!oldest) return null;
  const startedAt = wall - (readAge(oldest.startTime) ?? 0);
  return { ...identify(oldest.pid), file: readExecutable(oldest.pid), startedAt };
}

function hasLeftInOrder(state: SavedState): boolean {
  return state.program === null && state.spawning === undefined && isGone(state);
}

/** A manager of zd 0.1 saves no state of its lifecycle. */
function isGone({ life }: SavedState): boolean {
  return ((life as { name?: unknown } | undefined)?.name ?? 'gone') === 'gone';
}

/** What was recorded after the last spawn is younger. */
function findSpawnTime({ program, spawning }: SavedState): number {
  if (spawning !== undefined) return spawning ?? 0;
  return program?.bootId === readBootId() ? Number(program.startTime) || 0 : 0;
}

function readExecutable(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return '';
  }
}
