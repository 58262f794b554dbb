import { join, relative, resolve } from 'node:path';
import { findProgram, type Lookup } from '../../system/find-program';
import type { Settings } from '../settings';

/** Where the program runs: its root and its folder, both as paths outside. */
export type ProgramPlace = Pick<Settings, 'chroot' | 'directory'>;

/** The file of a program; `inside` is its path for a process with another root. */
export type ProgramLookup = Lookup & { inside?: string };

/**
 * Finds the file of the program, or of a step, as `findProgram`; with `chroot`, inside of that.
 *
 * @param word the first word of the command
 * @param place
 * @param folders where a relative path is looked up without `chroot`
 * @param path the value of PATH
 */
export function locateProgram(
  word: string,
  place: ProgramPlace,
  folders: readonly string[],
  path: string | undefined,
): ProgramLookup {
  if (place.chroot === null) return findProgram(word, folders, path);
  return loadInside().findInside(place.chroot, word, folderInside(place), path);
}

/** The folder of a program with another root, as that program has it; the root itself without `directory`. */
export function folderInside({ chroot, directory }: ProgramPlace): string {
  return chroot === null || directory === null ? '/' : resolve('/', relative(chroot, directory));
}

/**
 * The path outside of a folder that is configured inside. The path outside is accepted as well.
 *
 * @param root absolute
 * @param directory as configured
 */
export function placeInside(root: string, directory: string): string {
  const inside = resolve('/', directory);
  return inside === root || inside.startsWith(`${root}/`) ? inside : resolve(join(root, inside));
}

/** Few programs have another root. */
export function loadInside(): typeof import('../../system/run/inside-root') {
  return require('../../system/run/inside-root');
}
