import { type Stats, statSync } from 'node:fs';
import { isShared, type Trusted } from './rules';

/** Whether this process acts as root, so that the rules of trust apply. */
export function actsAsRoot(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * The users whose things root may act on: root, the owner of Node, and the given ones. The code of Node's owner runs as
 * root already: users often unpack Node, and in a container `nobody` may own its files.
 */
export function trustedUsers(...others: (number | null | undefined)[]): Trusted {
  return uid => uid === 0 || others.includes(uid) || uid === ownerOfNode();
}

/**
 * A test for folders in which root must not be misled, because others can write to them; nothing misleads other users
 * to more than they could do themselves.
 */
export function mayMislead(...others: (number | null | undefined)[]): (folder: Stats) => boolean {
  const isTrusted = trustedUsers(...others);
  return folder => actsAsRoot() && isShared(folder, isTrusted);
}

/** Root's if it is gone: an upgrade of Node must not stop a manager. */
function ownerOfNode(): number {
  return statSync(process.execPath, { throwIfNoEntry: false })?.uid ?? 0;
}
