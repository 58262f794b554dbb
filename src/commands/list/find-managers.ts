import type { Address } from '../../client/address';
import { readManagerSocket } from '../../state/manager-process';
import { UserError } from '../../system/errors';
import { listPids, readOwner } from '../../system/processes';

/** A process that calls itself a manager. */
export interface FoundManager {
  pid: number;
  uid: number;
  socket: string;
}

/**
 * Finds the managers of this user, as root those of all users, by the command lines of the processes: their sockets can
 * be anywhere. A process can lie about itself, but only about its own user's.
 *
 * @param uid of this user
 * @returns one for each socket
 * @throws UserError on a system without /proc
 */
export function findManagers(uid: number): FoundManager[] {
  const found = new Map<string, FoundManager>();
  for (const pid of listProcesses()) {
    const manager = readManager(pid);
    const isVisible = manager !== null && (uid === 0 || manager.uid === uid);
    if (isVisible && !found.has(manager.socket)) found.set(manager.socket, manager);
  }
  return [...found.values()];
}

/** Where a manager listens, and that the socket must be its own user's. */
export function addressOf({ socket, uid }: FoundManager): Address {
  return { path: socket, rule: { owners: [uid], admitsFolderOwner: false, admitsGuests: false } };
}

function listProcesses(): number[] {
  try {
    return listPids();
  } catch {
    throw new UserError('cannot list the daemons: this system has no /proc; name each with -C or -s');
  }
}

function readManager(pid: number): FoundManager | null {
  const socket = readManagerSocket(pid);
  const uid = socket === null ? null : readOwner(pid);
  return socket === null || uid === null ? null : { pid, uid, socket };
}
