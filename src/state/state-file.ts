import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { readOrder } from '../protocol/read-order';
import { describeReason, errorCode, UserError } from '../system/errors';
import { writePrivateFile } from '../system/files';
import { type PinnedFolder, pinFolder } from '../system/trust/pinned-path';
import { doubtState } from '../system/trust/rules';
import type { SavedState } from './saved-state';
import { findProblem } from './state-check';

/* state.json: for the next manager, or for a client without a manager. Only the manager writes it, under its lock. */

/** Bytes. A state holds the environment section and the last lines of a run, which is at most some hundred KiB. */
const LARGEST = 16 << 20;

export interface StateReading {
  state: SavedState | null;
  problem: string | null;
}

/** Also who owned the folder that this was read from, at that moment; null if it could not be read. */
export type OwnedReading = StateReading & { owner: number | null };

/** @param folder the state folder */
export function nameStateFile(folder: string): string {
  return join(folder, 'state.json');
}

/**
 * Reads the state of a folder. Ignores a file that is truncated, foreign, of a later version or copied from elsewhere.
 *
 * @param folder the state folder
 * @returns the state, or null; `problem` describes what is wrong with an existing file
 */
export function readState(folder: string): StateReading {
  const { state, problem } = readOwnedState(folder);
  return { state, problem };
}

/** The same, and whose it is. */
export function readOwnedState(folder: string): OwnedReading {
  let pinned: PinnedFolder;
  try {
    pinned = pinFolder(resolve(folder), () => false);
  } catch (error) {
    return { state: null, problem: describeUnread(error), owner: null };
  }
  try {
    return { ...readPinned(pinned), owner: pinned.stats.uid };
  } finally {
    pinned.close();
  }
}

function readPinned(folder: PinnedFolder): StateReading {
  let text: string;
  let place: string;
  try {
    text = readPlainFile(nameStateFile(folder.at('.')), folder.stats.uid);
    place = realpathSync(folder.at('.'));
  } catch (error) {
    return { state: null, problem: describeUnread(error) };
  }
  try {
    const state: unknown = JSON.parse(text);
    const problem = findProblem(state, place);
    if (problem) return { state: null, problem };
    const saved = state as SavedState;
    return { state: { ...saved, order: readOrder(saved.order) }, problem: null };
  } catch (error) {
    const isUnusable = error instanceof UserError;
    return {
      state: null,
      problem: isUnusable ? `its order: ${error.message}` : 'it is truncated, or not from zd',
    };
  }
}

function describeUnread(error: unknown): string | null {
  return errorCode(error) === 'ENOENT' ? null : `it cannot be read: ${describeReason(error)}`;
}

/**
 * Replaces the state atomically: a reader gets either the old or the new one, never a part.
 *
 * @param folder the state folder
 * @throws the system's error, after removing the old state, because a reader would trust it
 */
export function writeState(folder: string, state: SavedState): void {
  const file = nameStateFile(folder);
  const temporary = `${file}.${process.pid}`;
  try {
    writePrivateFile(temporary, `${JSON.stringify(state)}\n`);
    renameSync(temporary, file);
  } catch (error) {
    for (const path of [temporary, file]) remove(path);
    throw error;
  }
}

/** Renames an invalid state file, so that people can inspect it. @returns its new name */
export function setStateAside(folder: string): string {
  const file = nameStateFile(folder);
  const aside = `${file}.bad`;
  try {
    renameSync(file, aside);
    return aside;
  } catch {
    // That name belongs to a folder, or to a file that cannot be replaced.
    const other = `${aside}.${process.pid}`;
    renameSync(file, other);
    return other;
  }
}

/**
 * Reads what a manager can have written. O_NONBLOCK, because opening a FIFO would wait for a writer.
 *
 * @param owner of the folder
 * @param largest size in bytes
 * @throws the system's error; an Error for a file of another kind or owner, or of another size
 */
export function readPlainFile(path: string, owner: number, largest = LARGEST): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const found = fstatSync(fd);
    const doubt = doubtState(found, owner);
    if (doubt !== null) throw new Error(doubt);
    if (found.size > largest) throw new Error(`it has ${found.size} bytes`);
    const bytes = Buffer.alloc(found.size);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(fd, bytes, length, bytes.length - length, null);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(fd);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder is not removed; the next rename reports it.
  }
}
