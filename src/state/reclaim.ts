import { lstatSync, readdirSync, unlinkSync } from 'node:fs';
import type { Clock } from '../system/clock';
import { pinFolder } from '../system/trust/pinned-path';
import { mayMislead } from '../system/trust/root';
import { identityOf } from '../system/trust/trusted-file';
import { giveFolder, nameStateFolder } from './folder';
import { isLockFree } from './lock';
import { findRemains } from './orphans';

/**
 * Takes over a state folder that an earlier manager of another user has left, as root: what has run there may have had
 * another `user`. A folder that is still in use stays as it is.
 *
 * @param socket absolute path of the socket
 * @param owner of the next manager
 * @param clock see `findRemains`
 */
export function reclaimStateFolder(socket: string, owner: { uid: number; gid: number }, clock: Clock): void {
  const folder = nameStateFolder(socket);
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory() || found.uid === owner.uid) return;
  if (!isLockFree(folder) || findRemains(socket, clock).kind !== 'nothing') return;
  const pinned = pinFolder(folder, mayMislead());
  try {
    // Another one may be there by now, which whoever uses it examines.
    if (identityOf(pinned.stats) !== identityOf(found)) return;
    giveFolder(pinned.at('.'), owner, 0o700);
    // What an ordinary user has put there, that user can still hold open: a FIFO would give away the output.
    if (found.uid !== 0) for (const name of readdirSync(pinned.at('.'))) remove(pinned.at(name));
  } finally {
    pinned.close();
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is a folder, and none of those that zd uses.
  }
}
