import { lstatSync } from 'node:fs';
import type { Clock } from '../system/clock';
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
  giveFolder(folder, owner, 0o700);
}
