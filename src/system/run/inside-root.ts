import { lstatSync, readlinkSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { showHidden } from '../blanks';
import { isTaken } from '../files';
import { findProgram, type Lookup } from '../find-program';
import { MOST_LINKS, splitPath } from '../trust/pinned-path';

/* Loaded with the setting `chroot`: paths as a process has them whose root is another folder. */

/** The search path if PATH is not set, as in confstr(_CS_PATH). */
const DEFAULT_PATH = '/bin:/usr/bin';

/** What was found: its path outside, for zd, and inside, for the process. */
export type LookupInside = { file: string; inside: string } | Exclude<Lookup, { file: string }>;

/**
 * Finds the executable for the first word of a command line, for a process with another root.
 *
 * @param root the absolute path of the folder
 * @param word the first word
 * @param folder absolute, inside: where a relative path starts
 * @param path the value of PATH; undefined if it is not set
 */
export function findInside(
  root: string,
  word: string,
  folder: string,
  path: string | undefined,
): LookupInside {
  const isPath = word.includes('/');
  const folders = isPath ? [folder] : (path ?? DEFAULT_PATH).split(delimiter);
  let refusal: Exclude<Lookup, { file: string }> | null = null;
  for (const one of word === '' ? [] : folders) {
    const inside = resolve(folder, one, word);
    const outside = resolveInside(root, inside);
    if (outside === null || !isTaken(outside)) continue;
    const found = findProgram(outside, [], path);
    if ('file' in found) return { ...found, inside };
    refusal ??= found;
  }
  if (refusal) return refusal;
  const reason = isPath
    ? `can't stat program '${showHidden(word)}' inside the chroot ${root}`
    : `${showHidden(word) || 'the program'} is not on PATH inside the chroot ${root}`;
  return { reason, plain: reason };
}

/**
 * Where a path leads for a process with another root: an absolute symlink begins there, and `..` does not lead out.
 *
 * @param root absolute
 * @param path absolute, inside
 * @returns the path outside, without symlinks inside of the root; null if there are too many
 */
export function resolveInside(root: string, path: string): string | null {
  const parts = splitPath(path);
  let way: string[] = [];
  let links = 0;
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    if (part === '..') {
      way.pop();
      continue;
    }
    const here = join(root, ...way, part);
    if (!lstatSync(here, { throwIfNoEntry: false })?.isSymbolicLink()) {
      way.push(part);
      continue;
    }
    if (++links > MOST_LINKS) return null;
    const target = readlinkSync(here);
    if (isAbsolute(target)) way = [];
    parts.unshift(...splitPath(target));
  }
  return join(root, ...way);
}

/** Whether a file is there for a process with another root. */
export function existsInside(root: string, path: string): boolean {
  const outside = resolveInside(root, path);
  return outside !== null && isTaken(outside);
}
