import { closeSync, constants, openSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchOrder } from '../protocol/launch-order';
import type { ExitRecord } from '../protocol/messages';
import { errorCode } from '../system/errors';
import { isSameProcess, readBootId, readProcess } from '../system/processes';
import { writeAnew } from '../system/write-file';
import { findFault } from './state-check';

/* state.json: what the next manager, or a client without one, must know. Written by the manager alone, under its lock. */

/** Raised when an older zd would misread the file. */
export const STATE_VERSION = 1;

/** A process that can be found again: the pid alone is given to others once it is free. */
export interface Identity {
  pid: number;
  /** See `ProcessFacts.startTime`. */
  startTime: string;
  /** See `readBootId`. */
  bootId: string;
}

export interface SavedProgram extends Identity {
  /** The file that is run. */
  file: string;
  /** Seconds since 1970. */
  startedAt: number;
}

export interface SavedState {
  version: number;
  manager: Identity;
  program: SavedProgram | null;
  /**
   * A program is about to be started, and not in `program` yet: what `readTicks` said before (null where it says
   * nothing). Absent otherwise. A manager that dies in this very moment leaves a program nobody has written down.
   */
  spawning?: number | null;
  /** False while a start test of it has not succeeded yet. */
  ready?: boolean;
  /** Leaders, dead by now, of groups that still had members. */
  leftovers: number[];
  wanted: 'up' | 'down';
  /** Programs spawned so far. */
  starts: number;
  lastExit: ExitRecord | null;
  /** What the manager works by, so that a program can be stopped without its configuration at hand. */
  order: LaunchOrder;
}

export type StateReading = { state: SavedState | null; fault: string | null };

/** Who we, or another process, are. */
export function identify(pid: number): Identity {
  return { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() };
}

/** Is that very process alive? */
export function isRunning<Known extends Identity>(identity: Known | null | undefined): identity is Known {
  if (!identity || identity.bootId !== readBootId()) return false;
  return isSameProcess(identity.pid, identity.startTime);
}

/**
 * Reads the state of a folder. A file that is torn, foreign, of a later version or copied from elsewhere is no state.
 *
 * @param folder the state folder
 * @returns the state, or none; `fault` says what was wrong with a file that is there
 */
export function readState(folder: string): StateReading {
  let text: string;
  let place: string;
  try {
    text = readPlainFile(nameStateFile(folder));
    place = realpathSync(folder);
  } catch (error) {
    return {
      state: null,
      fault: errorCode(error) === 'ENOENT' ? null : `it cannot be read: ${errorCode(error)}`,
    };
  }
  try {
    const state: unknown = JSON.parse(text);
    const fault = findFault(state, place);
    return fault ? { state: null, fault } : { state: state as SavedState, fault: null };
  } catch {
    return { state: null, fault: 'it is torn, or none of ours' };
  }
}

/**
 * Replaces the state in one step: whoever reads sees the old or the new one, whole.
 *
 * @param folder the state folder
 * @throws the system's error; then there is no state any more, for an old one would be believed
 */
export function writeState(folder: string, state: SavedState): void {
  const file = nameStateFile(folder);
  const temporary = `${file}.${process.pid}`;
  try {
    writeAnew(temporary, `${JSON.stringify(state)}\n`);
    renameSync(temporary, file);
  } catch (error) {
    for (const path of [temporary, file]) remove(path);
    throw error;
  }
}

/** Puts a file that is no state out of the way, for people to look at. @returns its new name */
export function setStateAside(folder: string): string {
  const file = nameStateFile(folder);
  const aside = `${file}.bad`;
  try {
    renameSync(file, aside);
    return aside;
  } catch {
    // A folder, or something that may not be replaced, has that name.
    const other = `${aside}.${process.pid}`;
    renameSync(file, other);
    return other;
  }
}

/** A FIFO would keep us waiting for a writer. */
function readPlainFile(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder stays; the rename tells of it.
  }
}

function nameStateFile(folder: string): string {
  return join(folder, 'state.json');
}
