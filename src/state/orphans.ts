import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchOrder } from '../protocol/launch-order';
import type { ExitRecord } from '../protocol/outcomes';
import type { Clock } from '../system/clock';
import { identify, isRunning } from '../system/identity';
import {
  findSessionsWritingTo,
  isAlive,
  isGroupAlive,
  readAge,
  readBootId,
  readOwner,
  readProcess,
} from '../system/processes';
import { nameStateFolder } from './folder';
import type { SavedProgram, SavedState } from './saved-state';
import { readState } from './state-file';

/** What is left when no manager answers. As root, treat `order` as untrusted input from the owner of the state folder. */
export type SettledRemains =
  /** A program that runs without a manager; `order` is what its manager worked by, null when that was lost. */
  | { kind: 'orphaned'; program: SavedProgram; order: LaunchOrder | null; lastExit: ExitRecord | null }
  /** Process groups of a program that is dead, as its manager is. */
  | { kind: 'leftovers'; groups: number[]; order: LaunchOrder | null; lastExit: ExitRecord | null }
  /** `lastExit` is how the last run ended, if that is known. */
  | { kind: 'nothing'; lastExit: ExitRecord | null };

export type Remains =
  | SettledRemains
  /** A manager lives although its socket does not answer. */
  | { kind: 'away'; managerPid: number }
  /** A manager has given up its socket for good, or is being killed; what it leaves shows when it has exited. */
  | { kind: 'leaving' };

/**
 * Finds what runs when nobody answers at the socket. As root, the state in another user's folder is that user's word,
 * and can only name processes of the same user.
 *
 * @param socket absolute path
 * @param clock for the time a program has been up
 */
export function findRemains(socket: string, clock: Clock): Remains {
  let folder: string;
  let owner: number;
  try {
    folder = realpathSync(nameStateFolder(socket));
    owner = lstatSync(folder).uid;
  } catch {
    return { kind: 'nothing', lastExit: null };
  }
  const { state } = readState(folder);
  if (isRunning(state?.manager)) {
    // A manager that wants nothing up, and does not hang around, has given up its socket on purpose.
    const stays = state?.wanted === 'up' || state?.order.settings.hangAround;
    return stays ? { kind: 'away', managerPid: state.manager.pid } : { kind: 'leaving' };
  }
  const isForeign = process.getuid?.() === 0 && owner !== 0;
  const isTheirs = (pid: number) => !isForeign || readOwner(pid) === owner;
  const { order = null, lastExit = null } = state ?? {};
  const recorded = state?.program;
  const program = isRunning(recorded) ? recorded : findUnrecordedProgram(folder, state, clock.wall());
  if (program)
    return isTheirs(program.pid)
      ? { kind: 'orphaned', program, order, lastExit }
      : { kind: 'nothing', lastExit };
  const groups = state ? findGroups(state) : [];
  return groups.length > 0 ? { kind: 'leftovers', groups, order, lastExit } : { kind: 'nothing', lastExit };
}

/**
 * The process groups that a dead manager has left and that have members still.
 *
 * @param state what it saved
 */
export function findGroups({ manager, program, leftovers }: SavedState): number[] {
  // After a boot the numbers are those of strangers.
  if (manager.bootId !== readBootId()) return [];
  const known = program === null ? leftovers : [program.pid, ...leftovers];
  // A number is not given to a new process while a group has it: one with a living leader is not ours.
  return known.filter(group => !isAlive(readProcess(group)) && isGroupAlive(group));
}

/** The FIFOs a program's output can go through; see manager/transcript.ts. */
const FIFOS = ['output', 'errors'];

/**
 * Finds a program of ours that no state tells of: its manager died right after it had started it, or somebody
 * destroyed the state. It still writes to the FIFO of its state folder, and that is how it is known; one that has
 * closed both its outputs since, or runs on a system without /proc, is not found.
 *
 * @param folder the state folder, without symlinks
 * @param state what it holds; the search costs a look at every process, so it is made only after an unclean end
 * @param wall seconds since 1970, now
 */
export function findUnrecordedProgram(
  folder: string,
  state: SavedState | null,
  wall: number,
): SavedProgram | null {
  if (state && state.spawning === undefined) return null;
  const since = state?.spawning ?? 0;
  const found = findSessionsWritingTo(FIFOS.map(name => join(folder, name)));
  // What a program starts in sessions of their own is younger than itself.
  const oldest = found.find(({ startTime }) => Number(startTime) >= since);
  if (!oldest) return null;
  const startedAt = wall - (readAge(oldest.startTime) ?? 0);
  return { ...identify(oldest.pid), file: readExecutable(oldest.pid), startedAt };
}

function readExecutable(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return '';
  }
}
