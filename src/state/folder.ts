import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describeReason, errorCode, UsageError, UserError } from '../system/errors';
import { ForeignLink, pinFolder } from '../system/trust/pinned-path';
import { actsAsRoot, mayMislead } from '../system/trust/root';
import { doubtPrivateFolder } from '../system/trust/rules';
import { type User, withRightsOf } from '../system/users';

/**
 * The folder for a manager's lock, FIFO and state: next to the socket, hidden from a plain `ls`.
 *
 * @param socket absolute path of the socket
 */
export function nameStateFolder(socket: string): string {
  return join(dirname(socket), `.${basename(socket)}.zd`);
}

/** For whom, and with whose rights, folders are made. */
export interface FolderMaker {
  /** The user of the manager, if root starts it for another user. */
  owner: User | null;
  /** Root makes them with its own rights, where that user could not. */
  lendsRights: boolean;
}

/** Folders of the caller. */
export const OWN_FOLDERS: FolderMaker = { owner: null, lendsRights: false };

/**
 * Creates the folder, and the socket's folder if only its last part is missing (zdaemon).
 *
 * @param socket absolute path of the socket
 * @param maker
 * @param owners the users that an existing folder may belong to
 * @param insecure accept a folder that others can write to
 * @returns its real path
 * @throws UserError `cannot create the state folder …`
 */
export function makeStateFolder(
  socket: string,
  maker: FolderMaker,
  owners: readonly number[],
  insecure = false,
): string {
  const folder = nameStateFolder(socket);
  try {
    makeFolder(dirname(socket), 0o777, maker);
    makeFolder(folder, 0o700, maker);
    checkStateFolder(folder, owners, insecure);
    return realpathSync(folder);
  } catch (error) {
    if (error instanceof UserError && !(error instanceof ForeignLink)) throw error;
    const hint =
      errorCode(error) === 'EACCES' || errorCode(error) === 'EROFS'
        ? '; use -s with a folder you can write to'
        : '';
    throw new UserError(`cannot create the state folder ${folder}: ${describeReason(error)}${hint}`);
  }
}

/**
 * Creates one folder if it is missing. Ignores the umask for the owner's bits: a folder that its owner cannot enter is
 * useless. For another user, root makes it with that user's rights, so that nobody can turn it into something else
 * before it has its owner; or with its own rights, in a folder where that user cannot.
 *
 * @throws ForeignLink; the system's error
 */
export function makeFolder(path: string, mode: number, { owner, lendsRights }: FolderMaker): void {
  if (!owner && (!actsAsRoot() || existsSync(path))) return void tryToMake(path, mode);
  try {
    if (owner) return void withRightsOf(owner, () => tryToMake(path, mode));
  } catch (error) {
    if (!lendsRights || !['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error))) throw error;
  }
  // Whoever can write to a folder on the way must not choose what is made, or given away.
  const outer = pinFolder(dirname(resolve(path)), mayMislead());
  try {
    const place = outer.at(basename(path));
    if (tryToMake(place, mode) && owner) giveFolder(place, owner);
  } finally {
    outer.close();
  }
}

/** @returns whether it was made */
function tryToMake(path: string, mode: number): boolean {
  const umask = process.umask();
  try {
    process.umask(umask & 0o077);
    mkdirSync(path, mode);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    if (!lstatSync(path).isDirectory()) realpathSync(path);
    return false;
  } finally {
    process.umask(umask);
  }
}

/**
 * Gives an existing folder to a user.
 *
 * @param mode its new mode; unchanged if absent
 * @throws the system's error, also for a symlink
 */
export function giveFolder(path: string, { uid, gid }: Pick<User, 'uid' | 'gid'>, mode?: number): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    if (mode !== undefined) fchmodSync(fd, mode);
    fchownSync(fd, uid, gid);
  } finally {
    closeSync(fd);
  }
}

/**
 * Rejects a state folder that is a symlink, belongs to an unknown user, or can be written to by others: they could
 * intercept the output of the program.
 *
 * @param folder an existing folder
 * @param owners the users that it may belong to
 * @param insecure `--insecure` was given
 * @throws UserError with the solution
 */
export function checkStateFolder(folder: string, owners: readonly number[], insecure = false): void {
  const found = lstatSync(folder);
  if (!found.isDirectory()) {
    throw new UserError(
      `cannot use the state folder ${folder}: it is not a folder; use -s with another path`,
    );
  }
  if (insecure) return;
  const doubt = doubtPrivateFolder(found, uid => owners.includes(uid));
  if (doubt === 'owner') {
    throw new UserError(
      `cannot use the state folder ${folder}: it belongs to uid ${found.uid}; use -s with a path in a folder of your own`,
    );
  }
  if (doubt === 'mode') {
    throw new UserError(
      `cannot use the state folder ${folder}: others can write to it; chmod 700 ${folder}, or use --insecure`,
    );
  }
}

/**
 * Creates the working directory of the program if only its last part is missing (zdaemon).
 *
 * @param directory as configured
 * @param maker
 * @returns its absolute path
 */
export function makeDirectory(directory: string, maker: FolderMaker): string {
  const path = resolve(directory);
  try {
    makeFolder(path, 0o777, maker);
  } catch (error) {
    throw new UsageError(`cannot create the directory ${path}: ${describeReason(error)}`);
  }
  return path;
}
