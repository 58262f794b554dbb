import { lchownSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describeReason, errorCode, UsageError, UserError } from '../system/errors';
import type { User } from '../system/users';

/**
 * Where a manager keeps its lock, its FIFO and its state: beside the socket, hidden from a plain `ls`.
 *
 * @param socket absolute path of the socket
 */
export function nameStateFolder(socket: string): string {
  return join(dirname(socket), `.${basename(socket)}.zd`);
}

/**
 * Makes the folder, and the socket's folder when just that one is missing (zdaemon 1.2, 15).
 *
 * @param socket absolute path of the socket
 * @param owner who the manager will be, when root starts it for somebody else
 * @param insecure accept one that others can write
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
 * Makes one folder unless it is there. Its owner may enter it whatever the umask, or it would be of no use.
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
  // In a folder of the user's a symlink may have taken its place by now.
  if (owner) lchownSync(path, owner.uid, owner.gid);
}

/**
 * Refuses a state folder that is a symlink, belongs to a stranger, or can be written by others: whoever owns it could
 * stand between the program and its transcript.
 *
 * @param folder that exists
 * @param owner whose it may be besides ours and root's, or null
 * @param insecure `--insecure` was given
 * @throws UserError saying what to do
 */
export function checkStateFolder(folder: string, owner: { uid: number } | null, insecure = false): void {
  const found = lstatSync(folder);
  if (!found.isDirectory()) {
    throw new UserError(`cannot use the state folder ${folder}: it is no folder; remove what is there`);
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
 * Makes the directory the program is to run in, when just its last part is missing (zdaemon).
 *
 * @param directory as configured
 * @param owner whom it is to belong to, when root makes it for somebody else
 * @returns its absolute path
 */
export function makeDirectory(directory: string, owner: User | null): string {
  const path = resolve(directory);
  try {
    makeFolder(path, 0o777, owner);
  } catch (error) {
    throw new UsageError(`cannot make the directory ${path}: ${describeReason(error)}`);
  }
  return path;
}
