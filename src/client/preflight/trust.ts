import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Configuration } from '../../settings/settings';
import { GROUP_WRITE, WORLD_WRITE } from '../../state/folder';
import { UserError } from '../../system/errors';
import { findProgram } from '../../system/find-program';
import { findUser } from '../../system/users';

const STICKY = 0o1000;

/**
 * As root, refuses to run what others could have written: the configuration file and the program's file, each with the
 * folder it is in. They are to belong to root, to the configured `user`, or to whom Node belongs.
 *
 * @param configuration the settings; `insecure` lets everything pass
 * @throws UserError with the chmod or chown that mends it
 */
export function checkTrust({ settings, environment, file }: Configuration): void {
  if (process.getuid?.() !== 0 || settings.insecure) return;
  const isTrusted = (uid: number) => uid === 0 || uid === ownerOfNode() || uid === findUid(settings.user);
  if (file !== null) refuseForeign('the configuration', resolve(file), isTrusted);
  const here = process.cwd();
  const folders = settings.directory === null ? [here] : [resolve(settings.directory), here];
  const found = findProgram(settings.program[0] ?? '', folders, environment.PATH ?? process.env.PATH);
  if ('file' in found) refuseForeign('the program', found.file, isTrusted);
}

/** His code runs as root already. Node is often unpacked by a user, and in a container its files may be nobody's. */
function ownerOfNode(): number {
  return statSync(process.execPath).uid;
}

/** Looked up only for what belongs neither to root nor to Node's owner. One that is unknown is told of elsewhere. */
function findUid(user: string | null): number | null {
  try {
    return user === null ? null : findUser(user).uid;
  } catch {
    return null;
  }
}

function refuseForeign(what: string, path: string, isTrusted: (uid: number) => boolean): void {
  // Who can replace a symlink decides as much as who can write to what it leads to.
  for (const name of new Set([path, findRealPath(path)])) {
    const found = lstatSync(name);
    refuseOwner(what, name, found, isTrusted);
    if (!found.isSymbolicLink() && isOpen(found)) refuse(what, name, found.mode);
    const folder = dirname(name);
    const stats = statSync(folder);
    refuseOwner(`the folder of ${what}`, folder, stats, isTrusted);
    // Others could put another file in its place; the sticky bit prevents it.
    // A group that may do so is one of administrators, as in Debian's /usr/local.
    if ((stats.mode & WORLD_WRITE) !== 0 && (stats.mode & STICKY) === 0)
      refuse(`the folder of ${what}`, folder, stats.mode);
  }
}

function findRealPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    // What `-C /dev/stdin` leads to, a pipe or a file that is removed already, has no name.
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
