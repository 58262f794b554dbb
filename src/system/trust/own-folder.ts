import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors';
import { type PinnedFolder, pinFolder } from './pinned-path';
import { actsAsRoot, mayMislead } from './root';

/**
 * Uses what is in a folder of root's, such as a state folder, whose own place another user may control: that user could
 * put another folder or a symlink in its place at any moment. For other users than root, it does nothing of its own.
 *
 * @param folder absolute
 * @param use gets a path of the same folder that no rename can redirect, also for other processes; it is valid until
 *   this returns
 * @param insecure any folder will do
 * @returns what `use` returns
 * @throws UserError for a folder of another user; ForeignLink; the system's error; what `use` throws
 */
export function withOwnFolder<T>(folder: string, use: (place: string) => T, insecure = false): T {
  const { place, close } = pinOwnFolder(folder, insecure);
  try {
    return use(place);
  } finally {
    close();
  }
}

/** The same for one file in such a folder. */
export function withOwnFile<T>(path: string, use: (place: string) => T, insecure = false): T {
  return withOwnFolder(dirname(path), place => use(join(place, basename(path))), insecure);
}

/** The same, for as long as the caller needs it. */
export function pinOwnFolder(folder: string, insecure = false): { place: string; close(): void } {
  if (!actsAsRoot() || insecure) return { place: folder, close() {} };
  const pinned = pinFolderOf(folder, [0]);
  // `self` would be another process where a path is passed on.
  const place = join(pinned.at('.').replace(/^\/proc\/self\//, `/proc/${process.pid}/`));
  return { place: place.replace(/\/$/, ''), close: () => pinned.close() };
}

/**
 * Holds a folder of certain users, as root.
 *
 * @param owners to whom it may belong
 * @throws UserError for a folder of another user; ForeignLink; the system's error
 */
export function pinFolderOf(folder: string, owners: readonly number[]): PinnedFolder {
  const pinned = pinFolder(folder, mayMislead());
  if (owners.includes(pinned.stats.uid)) return pinned;
  pinned.close();
  throw new UserError(`the folder ${folder} belongs to uid ${pinned.stats.uid}`);
}
