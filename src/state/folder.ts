import { lchownSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describeReason, errorCode, UsageError, UserError } from '../system/errors';
import type { User } from '../system/users';

/**
 * The folder for a manager's lock, FIFO and state: next to the socket, hidden from a plain `ls`.
 *
 * @param socket absolute path of the socket
 */
export function nameStateFolder(socket: string): string {
  return join(dirname(socket), `.${basename(socket)}.zd`);
}

/**
 * Creates the folder, and the socket's folder if only its last part is missing (zdaemon).
 *
 * @param socket absolute path of the socket
 * @param owner the user of the manager, if root starts it for another user
 * @param insecure accept a folder that others can write to
 * @returns its real path
 * @throws UserError `cannot create the state folder …`
 */
export function makeStateFolder(socket: string, owner: User | null, insecure = false): string {
  const folder = nameStateFolder(socket);
  try {
    makeFolder(dirname(socket), 0o777, owner);
    makeFolder(folder, 0o700, owner);
    checkStateFolder(folder, owner, insecure);
    return realpathSync(folder);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const hint =
      errorCode(error) === 'EACCES' || errorCode(error) === 'EROFS'
        ? '; use -s with a folder you can write to'
        : '';
    throw new UserError(`cannot create the state folder ${folder}: ${describeReason(error)}${hint}`);
  }
}

/**
 * Creates one folder if it is missing. Ignores the umask for the owner's bits: a folder that its owner cannot enter is
 * useless.
 *
 * @throws the system's error
 */
export function makeFolder(path: string, mode: number, owner: User | null): void {
  const umask = process.umask();
  try {
    process.umask(umask & 0o077);
    mkdirSync(path, mode);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    if (lstatSync(path).isDirectory() || realpathSync(path)) return;
  } finally {
    process.umask(umask);
  }
  // In a user's folder, a symlink may have replaced it by now.
  if (owner) lchownSync(path, owner.uid, owner.gid);
}

/**
 * Rejects a state folder that is a symlink, belongs to an unknown user, or can be written to by others: they could
 * intercept the output of the program.
 *
 * @param folder an existing folder
 * @param owner a further owner to accept, besides the current user and root, or null
 * @param insecure `--insecure` was given
 * @throws UserError with the solution
 */
export function checkStateFolder(folder: string, owner: { uid: number } | null, insecure = false): void {
  const found = lstatSync(folder);
  if (!found.isDirectory()) {
    throw new UserError(`cannot use the state folder ${folder}: it is not a folder; remove it`);
  }
  if (insecure) return;
  const trusted = [0, process.getuid?.() ?? 0, owner?.uid];
  if (!trusted.includes(found.uid)) {
    throw new UserError(
      `cannot use the state folder ${folder}: it belongs to uid ${found.uid}; remove it, or use -s with a folder of your own`,
    );
  }
  if ((found.mode & (GROUP_WRITE | WORLD_WRITE)) !== 0) {
    throw new UserError(
      `cannot use the state folder ${folder}: others can write to it; chmod 700 ${folder}, or use --insecure`,
    );
  }
}

export const GROUP_WRITE = 0o020;

export const WORLD_WRITE = 0o002;

/**
 * Creates the working directory of the program if only its last part is missing (zdaemon).
 *
 * @param directory as configured
 * @param owner its owner, if root creates it for another user
 * @returns its absolute path
 */
export function makeDirectory(directory: string, owner: User | null): string {
  const path = resolve(directory);
  try {
    makeFolder(path, 0o777, owner);
  } catch (error) {
    throw new UsageError(`cannot create the directory ${path}: ${describeReason(error)}`);
  }
  return path;
}
