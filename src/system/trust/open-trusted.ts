import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  type Stats,
  statSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { errorCode, UserError } from '../errors';
import type { Owner, User } from '../users';
import { type PinnedFolder, pinFile } from './pinned-path';
import { actsAsRoot, mayMislead, trustedUsers } from './root';
import { doubtShared } from './rules';

const { O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/** What a file is to become when it is opened. */
export interface FileAccess {
  /** Permission bits; null means what the umask gives. */
  mode: number | null;
  owner: Owner | null;
  /** To whom it belongs if root creates it; an existing file keeps its owner. */
  user?: User | null | undefined;
}

const AS_IS: FileAccess = { mode: null, owner: null };

/**
 * Opens a file that a program's output goes to or comes from. As root, in a folder that others can write to, it follows
 * no symlink, opens no file with a second name, and gives no file away that it has not made.
 *
 * @param path of the file
 * @param flags of open(2); with O_CREAT a missing file is created
 * @param access its mode and owner, set where they differ
 * @returns the descriptor
 * @throws UserError with the reason against the file; the system's error
 */
export function openTrusted(path: string, flags: number, access: FileAccess = AS_IS): number {
  const mode = access.mode ?? 0o666;
  if (!actsAsRoot()) return applyAccess(openSync(path, flags, mode), access, () => {});
  const isOpen = mayMislead();
  const { folder, name } = pinFile(resolve(path), isOpen);
  try {
    if (!isOpen(folder.stats)) return openOwn(folder.at(name), { flags, mode, access });
    return openShared(folder, name, { flags, mode, access });
  } finally {
    folder.close();
  }
}

interface Opening {
  flags: number;
  mode: number;
  access: FileAccess;
}

/** In a folder of root's, whatever is at the path is meant. */
function openOwn(place: string, { flags, mode, access }: Opening): number {
  const isMade = (flags & O_CREAT) !== 0 && statSync(place, { throwIfNoEntry: false }) === undefined;
  return applyAccess(openSync(place, flags, mode), isMade ? withUser(access) : access, () => {});
}

/** A new file belongs to the user, unless an owner is configured. */
function withUser(access: FileAccess): FileAccess {
  const { user, owner } = access;
  return user ? { ...access, owner: { uid: user.uid, gid: user.gid, ...owner } } : access;
}

function openShared(folder: PinnedFolder, name: string, { flags, mode, access }: Opening): number {
  const wanted = access.owner?.uid;
  const { fd, isMade } = openOrMake(folder.at(name), flags, mode);
  return applyAccess(fd, isMade ? withUser(access) : access, found => {
    if (isMade) return;
    const doubt = doubtShared(found, folder.stats, trustedUsers(wanted));
    if (doubt !== null)
      throw new UserError(`${doubt}, in a folder that others can write to; use another path`);
    if (needsChange(found, access) && found.uid !== wanted)
      throw new UserError(
        `it belongs to uid ${found.uid}, in a folder that others can write to, and is not given away; chown it`,
      );
  });
}

function openOrMake(place: string, flags: number, mode: number): { fd: number; isMade: boolean } {
  const existing = (flags & ~O_CREAT) | O_NOFOLLOW;
  const isThere = lstatSync(place, { throwIfNoEntry: false }) !== undefined;
  if (isThere || (flags & O_CREAT) === 0) return { fd: openReal(place, existing), isMade: false };
  try {
    return { fd: openSync(place, flags | O_EXCL | O_NOFOLLOW, mode), isMade: true };
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return { fd: openReal(place, existing), isMade: false };
  }
}

function openReal(place: string, flags: number): number {
  try {
    return openSync(place, flags);
  } catch (error) {
    if (errorCode(error) !== 'ELOOP') throw error;
    throw new UserError('it is a symlink, in a folder that others can write to; use the path behind it');
  }
}

/** @param check called with what was opened; throws against it */
function applyAccess(fd: number, access: FileAccess, check: (found: Stats) => void): number {
  try {
    const found = fstatSync(fd);
    check(found);
    if (!found.isFile()) return fd;
    const { uid = found.uid, gid = found.gid } = access.owner ?? {};
    if (uid !== found.uid || gid !== found.gid) fchownSync(fd, uid, gid);
    if (access.mode !== null && (found.mode & 0o7777) !== access.mode) fchmodSync(fd, access.mode);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function needsChange(found: Stats, { mode, owner }: FileAccess): boolean {
  if (!found.isFile()) return false;
  const { uid = found.uid, gid = found.gid } = owner ?? {};
  return uid !== found.uid || gid !== found.gid || (mode !== null && (found.mode & 0o7777) !== mode);
}
