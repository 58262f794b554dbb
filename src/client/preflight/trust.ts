import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Configuration } from '../../settings/settings';
import { GROUP_WRITE, WORLD_WRITE } from '../../state/folder';
import { UserError } from '../../system/errors';
import { findProgram } from '../../system/find-program';
import { findUser } from '../../system/users';
import { listFolders } from './program';

const STICKY = 0o1000;

/**
 * As root, refuses to run anything that others could have written: the configuration file and the program's file, each
 * with its folder. They must belong to root, to the configured `user`, or to the owner of Node.
 *
 * @param configuration the settings; with `insecure` everything passes
 * @throws UserError with the chmod or chown that fixes it
 */
export function checkTrust({ settings, environment, file }: Configuration): void {
  if (process.getuid?.() !== 0 || settings.insecure) return;
  const isTrusted = (uid: number) => uid === 0 || uid === ownerOfNode() || uid === findUid(settings.user);
  if (file !== null) refuseForeign('the configuration', resolve(file), isTrusted);
  const word = settings.program[0] ?? '';
  const found = findProgram(word, listFolders(settings, word), environment.PATH ?? process.env.PATH);
  if ('file' in found) refuseForeign('the program', found.file, isTrusted);
}

/** This user's code already runs as root. Users often unpack Node; in a container, `nobody` may own its files. */
function ownerOfNode(): number {
  return statSync(process.execPath).uid;
}

/** Called only for files that belong neither to root nor to Node's owner. Unknown users are reported elsewhere. */
function findUid(user: string | null): number | null {
  try {
    return user === null ? null : findUser(user).uid;
  } catch {
    return null;
  }
}

function refuseForeign(what: string, path: string, isTrusted: (uid: number) => boolean): void {
  // Being able to replace the symlink is as good as being able to write to its target.
  for (const name of new Set([path, findRealPath(path)])) {
    const found = lstatSync(name);
    refuseOwner(what, name, found, isTrusted);
    if (!found.isSymbolicLink() && isOpen(found)) refuse(what, name, found.mode);
    const folder = dirname(name);
    const stats = statSync(folder);
    refuseOwner(`the folder of ${what}`, folder, stats, isTrusted);
    // Others could replace the file in it; the sticky bit prevents that.
    // A group with this right is assumed to be administrators, as in Debian's /usr/local.
    if ((stats.mode & WORLD_WRITE) !== 0 && (stats.mode & STICKY) === 0)
      refuse(`the folder of ${what}`, folder, stats.mode);
  }
}

function findRealPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    // The target of `-C /dev/stdin`, a pipe or a deleted file, has no path.
    return path;
  }
}

function isOpen({ mode, gid }: Stats): boolean {
  return (mode & WORLD_WRITE) !== 0 || ((mode & GROUP_WRITE) !== 0 && gid !== 0);
}

function refuseOwner(what: string, path: string, found: Stats, isTrusted: (uid: number) => boolean): void {
  if (isTrusted(found.uid)) return;
  const chown = found.isSymbolicLink() ? 'chown -h' : 'chown';
  throw new UserError(
    `cannot trust ${what} ${path} as root: it belongs to uid ${found.uid}, who can write to it; ${chown} root ${path}, set user, or use --insecure`,
  );
}

function refuse(what: string, path: string, mode: number): never {
  const bits = (mode & 0o7777).toString(8).padStart(4, '0');
  throw new UserError(
    `cannot trust ${what} ${path} as root: others can write to it (mode ${bits}); chmod go-w ${path}, or use --insecure`,
  );
}
