import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { UserError } from '../errors';
import { O_PATH } from '../files';

const { O_DIRECTORY, O_NOFOLLOW } = constants;
/** As in the kernel (path_resolution(7)). */
export const MOST_LINKS = 40;

/** A real folder that stays the same whatever happens to its path. */
export interface PinnedFolder {
  /** Its path without symlinks, for messages. */
  path: string;
  stats: Stats;
  /** A path of a name in it that no rename of a folder can redirect. */
  at(name: string): string;
  close(): void;
}

/** Thrown where the way leads over a symlink that another user can replace. */
export class ForeignLink extends UserError {
  constructor(path: string) {
    super(`it leads over the symlink ${path}, in a folder that others can write to; use the path behind it`);
  }
}

/** Whether others than root can write to a folder: a symlink in it is refused. */
type SharedTest = (folder: Stats) => boolean;

/**
 * Walks to a file, one part of its path at a time, so that nobody can redirect the way meanwhile.
 *
 * @param path absolute
 * @param isShared decides where a symlink is refused; others are followed, also at the end
 * @returns the folder of the file, and the file's name in it; the caller closes the folder
 * @throws ForeignLink; the system's error
 */
export function pinFile(path: string, isShared: SharedTest): { folder: PinnedFolder; name: string } {
  return walk(splitPath(path), isShared, true);
}

/** The same for a folder. */
export function pinFolder(path: string, isShared: SharedTest): PinnedFolder {
  return walk(splitPath(path), isShared, false).folder;
}

/**
 * Finds out what is at a path, and holds it: no rename can put something else in its place.
 *
 * @param path absolute; a symlink at its end is not followed
 * @param isShared as in `pinFile`
 * @param use gets what lstat(2) finds, its folder, and a path by which to use exactly that
 * @returns what `use` returns
 * @throws ForeignLink; the system's error; what `use` throws
 */
export function withPinned<T>(
  path: string,
  isShared: SharedTest,
  use: (found: Stats, folder: Stats, place: string) => T,
): T {
  const folder = pinFolder(dirname(path), isShared);
  let fd = -1;
  try {
    const place = folder.at(basename(path));
    if (!hasDescriptorNames()) return use(lstatSync(place), folder.stats, place);
    fd = openSync(place, O_PATH | O_NOFOLLOW);
    return use(fstatSync(fd), folder.stats, `/proc/self/fd/${fd}`);
  } finally {
    if (fd >= 0) closeSync(fd);
    folder.close();
  }
}

function walk(
  parts: string[],
  isShared: SharedTest,
  toFile: boolean,
): { folder: PinnedFolder; name: string } {
  const enter = hasDescriptorNames() ? pin : look;
  let folder = enter('/', '/');
  let links = 0;
  try {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      const isLast = toFile && parts.length === 0;
      const found = lstatSync(folder.at(part), { throwIfNoEntry: false });
      if (found?.isSymbolicLink()) {
        if (isShared(folder.stats)) throw new ForeignLink(join(folder.path, part));
        // The kernel alone follows the names of descriptors: their text need not be a path.
        if (isLast && folder.path.startsWith('/proc/')) return { folder, name: part };
        if (++links > MOST_LINKS) throw Object.assign(new Error('too many symlinks'), { code: 'ELOOP' });
        const target = readlinkSync(folder.at(part));
        parts.unshift(...splitPath(target));
        if (isAbsolute(target)) folder = replace(folder, enter('/', '/'));
      } else if (isLast) {
        return { folder, name: part };
      } else {
        const shown = part === '..' ? dirname(folder.path) : join(folder.path, part);
        folder = replace(folder, enter(folder.at(part), shown));
      }
    }
    return { folder, name: '.' };
  } catch (error) {
    folder.close();
    throw error;
  }
}

function hasDescriptorNames(): boolean {
  return process.platform === 'linux' && existsSync('/proc/self/fd');
}

function replace(former: PinnedFolder, next: PinnedFolder): PinnedFolder {
  former.close();
  return next;
}

/** A descriptor of the folder, whose name in /proc leads there and nowhere else. */
function pin(place: string, path: string): PinnedFolder {
  const fd = openSync(place, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  return {
    path,
    stats: fstatSync(fd),
    at: name => `/proc/self/fd/${fd}/${name}`,
    close: () => closeSync(fd),
  };
}

/** Without /proc there remains a moment in which a folder could be replaced. */
function look(place: string): PinnedFolder {
  return { path: place, stats: lstatSync(place), at: name => join(place, name), close() {} };
}

/** The parts of a path, without those that lead nowhere. */
export function splitPath(path: string): string[] {
  return path.split('/').filter(part => part !== '' && part !== '.');
}
