import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify } from '../../system/identity';
import { withOwnFolder } from '../../system/trust/own-folder';

/** In the state folder: what the files had in them when the present run began. */
const FILE = 'watched.json';
/** Bytes; the names of all files that are watched need less. */
const LARGEST = 16 * 1024 ** 2;

/**
 * Saves what a run began with, so that a manager that follows this one notices what has changed in between. A failure
 * costs only that.
 *
 * @param folder the state folder
 * @param pid of the program
 * @param contents a short text for each file
 */
export function saveContents(folder: string, pid: number, contents: ReadonlyMap<string, string>): void {
  try {
    const { startTime } = identify(pid);
    const text = JSON.stringify({ pid, startTime, contents: [...contents] });
    withOwnFolder(folder, place => writeFileSync(join(place, FILE), text, { mode: 0o600 }));
  } catch {
    // The next save may work.
  }
}

/** @returns what was saved of this very run; null if there is nothing */
export function readContents(folder: string, pid: number): Map<string, string> | null {
  try {
    const text = withOwnFolder(folder, place => readFileSync(join(place, FILE), 'utf8'));
    if (text.length > LARGEST) return null;
    const saved = JSON.parse(text) as { pid: unknown; startTime: unknown; contents: unknown };
    if (saved.pid !== pid || saved.startTime !== identify(pid).startTime) return null;
    const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(isText);
    return Array.isArray(saved.contents) && saved.contents.every(isPair) ? new Map(saved.contents) : null;
  } catch {
    return null;
  }
}

const isText = (value: unknown) => typeof value === 'string';
