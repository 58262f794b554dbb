import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, resolve } from 'node:path';
import { textToBytes } from './bytes';

/** The search path if PATH is not set, as in confstr(_CS_PATH). */
const DEFAULT_PATH = '/bin:/usr/bin';

export type Lookup = { file: string } | { reason: string };

/**
 * Finds the executable for the first word of a command line, as execvp(3) does: a word with a slash is a path, any
 * other word is looked up in PATH.
 *
 * @param word the first word
 * @param folders absolute folders; a relative path is tried in each of them, in order
 * @param path the value of PATH; undefined if it is not set
 * @returns the absolute path of the file, or the reason why there is none, with zdaemon's wording
 */
export function findProgram(word: string, folders: readonly string[], path: string | undefined): Lookup {
  if (word === '') return { reason: 'the program is an empty string' };
  if (word.includes('/')) return findPath(word, folders);
  let refused = '';
  const places = (path ?? DEFAULT_PATH).split(delimiter);
  for (const place of places) {
    for (const folder of isAbsolute(place) ? [place] : folders.map(base => resolve(base, place))) {
      const file = resolve(folder, word);
      if (isExecutable(file)) return { file };
      if (isFile(file)) refused ||= file;
    }
  }
  if (refused) return { reason: `no permission to run program '${refused}'; chmod +x it` };
  return { reason: `can't find program '${word}' on PATH [${places.map(place => `'${place}'`).join(', ')}]` };
}

function findPath(word: string, folders: readonly string[]): Lookup {
  const candidates = folders.map(folder => resolve(folder, word));
  const found = candidates.find(isExecutable);
  if (found) return { file: found };
  const present = candidates.find(exists);
  if (present === undefined) return { reason: `can't stat program '${word}'` };
  if (!isFile(present)) return { reason: `no permission to run program '${word}': it is not a regular file` };
  return { reason: `no permission to run program '${word}'; chmod +x it` };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(textToBytes(file), constants.X_OK);
    return isFile(file);
  } catch {
    return false;
  }
}

function isFile(file: string): boolean {
  try {
    return statSync(textToBytes(file)).isFile();
  } catch {
    return false;
  }
}

function exists(file: string): boolean {
  try {
    return statSync(textToBytes(file), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
