import { closeSync, constants, openSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readOrder } from '../protocol/read-order';
import { errorCode, UserError } from '../system/errors';
import { writePrivateFile } from '../system/files';
import type { SavedState } from './saved-state';
import { findProblem } from './state-check';

/* state.json: what the next manager, or a client without one, must know. Written by the manager alone, under its lock. */

export type StateReading = { state: SavedState | null; problem: string | null };

/**
 * Reads the state of a folder. A file that is torn, foreign, of a later version or copied from elsewhere is no state.
 *
 * @param folder the state folder
 * @returns the state, or none; `problem` says what was wrong with a file that is there
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
      problem: errorCode(error) === 'ENOENT' ? null : `it cannot be read: ${errorCode(error)}`,
    };
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
      problem: isUnusable ? `its order: ${error.message}` : 'it is torn, or not a state of zd',
    };
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
    writePrivateFile(temporary, `${JSON.stringify(state)}\n`);
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
