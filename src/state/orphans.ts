import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchOrder } from '../protocol/launch-order';
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

export interface Orphan {
  program: SavedProgram;
  /** What its manager worked by; null when that was lost. To root, the word of whose the state folder is. */
  order: LaunchOrder | null;
}

/** What is left of process groups of a program that is dead, as its manager is. */
export interface Litter {
  groups: number[];
  /** As in `Orphan`. */
  order: LaunchOrder | null;
}

/** What is left when no manager answers. */
export interface Remains {
  /** A program that runs on without its manager. */
  orphan: Orphan | null;
  litter: Litter | null;
  /** A manager that lives although its socket does not answer. */
  managerPid: number | null;
  /** There is one that has given its socket up for good, or is being killed; what it leaves shows when it is gone. */
  isLeaving: boolean;
}

/**
 * Looks what runs when nobody answers at the socket. To root, the state in another user's folder is that user's word,
 * and can only name processes of the same user.
 *
 * @param socket absolute path
 * @param clock for the time a program has been up
 */
export function findRemains(socket: string, clock: Clock): Remains {
  const nothing: Remains = { orphan: null, litter: null, managerPid: null, isLeaving: false };
  let folder: string;
  let owner: number;
  try {
    folder = realpathSync(nameStateFolder(socket));
    owner = lstatSync(folder).uid;
  } catch {
    return nothing;
  }
  const { state } = readState(folder);
  if (isRunning(state?.manager)) {
    // One that wants nothing up any more, and does not stay for that, has given its socket up on purpose.
    const stays = state?.wanted === 'up' || state?.order.hangAround;
    return { ...nothing, managerPid: stays ? state.manager.pid : null, isLeaving: !stays };
  }
  const isForeign = process.getuid?.() === 0 && owner !== 0;
  const isTheirs = (pid: number) => !isForeign || readOwner(pid) === owner;
  const order = state?.order ?? null;
  const recorded = state?.program;
  const program = isRunning(recorded) ? recorded : findStray(folder, state, clock.wall());
  if (program) return isTheirs(program.pid) ? { ...nothing, orphan: { program, order } } : nothing;
  const groups = state ? findGroups(state) : [];
  return { ...nothing, litter: groups.length > 0 ? { groups, order } : null };
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
export function findStray(folder: string, state: SavedState | null, wall: number): SavedProgram | null {
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
