import { lchownSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkStateFolder } from '../client/preflight/trust';
import { describeReason, errorCode, UserError } from '../system/errors';
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
