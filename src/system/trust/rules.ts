import type { Stats } from 'node:fs';

/*
 * Answers one question: may root act on this? The rules are pure; they get what lstat(2) or fstat(2) found. The table in
 * docs/reliability.rst lists them. For any other user than root, the kernel's own checks are enough.
 */

export const GROUP_WRITE = 0o020;
export const WORLD_WRITE = 0o002;
const STICKY = 0o1000;

/** What a rule looks at. */
export type Facts = Pick<Stats, 'uid' | 'gid' | 'mode' | 'nlink'> &
  Pick<Stats, 'isSymbolicLink' | 'isDirectory' | 'isFile' | 'isSocket'>;

/** Users whose things may take effect. */
export type Trusted = (uid: number) => boolean;

/** Why root does not act on something: it belongs to another user, or others can change it. */
export type Doubt = 'owner' | 'mode';

/** The doubt as a clause: `it belongs to uid 7`, `others can write to it (mode 0666)`. */
export function explainDoubt(doubt: Doubt, { uid, mode }: Pick<Facts, 'uid' | 'mode'>, what = 'it'): string {
  if (doubt === 'owner') return `${what} belongs to uid ${uid}`;
  return `others can write to ${what} (mode ${(mode & 0o7777).toString(8).padStart(4, '0')})`;
}

/**
 * A file whose text or code takes effect. A symlink has no mode of its own. Root's group may write, no other group may.
 */
export function doubtFile(found: Facts, isTrusted: Trusted): Doubt | null {
  if (!isTrusted(found.uid)) return 'owner';
  if (found.isSymbolicLink()) return null;
  const { mode, gid } = found;
  return (mode & WORLD_WRITE) !== 0 || ((mode & GROUP_WRITE) !== 0 && gid !== 0) ? 'mode' : null;
}

/**
 * A folder on the way to such a file: others could replace what is in it, unless the sticky bit prevents that. A group
 * with this right is assumed to be administrators, as in Debian's /usr/local.
 */
export function doubtFolder(found: Facts, isTrusted: Trusted): Doubt | null {
  if (!isTrusted(found.uid)) return 'owner';
  return (found.mode & WORLD_WRITE) !== 0 && (found.mode & STICKY) === 0 ? 'mode' : null;
}

/** The state folder: nobody but its owner may write to it, because it holds the program's output. */
export function doubtPrivateFolder(found: Facts, isTrusted: Trusted): Doubt | null {
  if (!isTrusted(found.uid)) return 'owner';
  return (found.mode & (GROUP_WRITE | WORLD_WRITE)) !== 0 ? 'mode' : null;
}

/** Whether others can put something into a folder, which root then must not mistake for its own. */
export function isShared(folder: Facts, isTrusted: Trusted): boolean {
  return !isTrusted(folder.uid) || (folder.mode & WORLD_WRITE) !== 0;
}

/**
 * A file that root opens for the program or for a log, in a folder that others can write to.
 *
 * @param found the open file
 * @param folder its folder
 * @param isTrusted admits root and the user that the file is meant for
 * @returns the reason against it as a clause, or null
 */
export function doubtShared(found: Facts, folder: Facts, isTrusted: Trusted): string | null {
  if (found.isFile() && found.nlink > 1) return 'it has more than one name (a hard link)';
  const isPublic = (folder.mode & WORLD_WRITE) !== 0;
  return isPublic && !isTrusted(found.uid) ? `it belongs to uid ${found.uid}` : null;
}

/** Whose socket a client may use: one of these users', or that of the owner of the folder it is in. */
export interface SocketRule {
  owners: readonly number[];
  /** Accept the owner of the folder, too, if no other user can write to it. */
  admitsFolderOwner: boolean;
  /** Accept any owner in a folder that not everybody can write to, and symlinks. */
  admitsGuests: boolean;
}

/** @returns the reason against a socket as a clause, or null */
export function doubtSocket(found: Facts, folder: Facts, rule: SocketRule): string | null {
  if (found.isSymbolicLink() && !rule.admitsGuests) return 'it is a symlink';
  if (rule.owners.includes(found.uid)) return null;
  const isPublic = (folder.mode & WORLD_WRITE) !== 0;
  if (!isPublic && (rule.admitsGuests || (rule.admitsFolderOwner && found.uid === folder.uid))) return null;
  return `it belongs to uid ${found.uid}, and a manager of uid ${rule.owners.join(' or ')} was expected`;
}

/** The state file: only the owner of its folder, or root, can have written it. */
export function doubtState(found: Facts, owner: number): string | null {
  if (!found.isFile()) return 'it is not a regular file';
  return found.uid === owner || found.uid === 0 ? null : `it belongs to uid ${found.uid}`;
}
