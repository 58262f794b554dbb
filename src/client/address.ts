import { lstatSync, statSync } from 'node:fs';
import type { Configuration } from '../settings/settings';
import { nameStateFolder } from '../state/folder';
import { locateSocket } from '../state/socket-path';
import { ExitStatus, UserError } from '../system/errors';
import { isSocket } from '../system/files';
import { ForeignLink, withPinned } from '../system/trust/pinned-path';
import { actsAsRoot, mayMislead } from '../system/trust/root';
import { doubtSocket, type SocketRule } from '../system/trust/rules';
import { findOwners } from './preflight/trust';

/** Where a manager listens, and whose manager it may be. */
export interface Address {
  path: string;
  /** Null with `insecure`. */
  rule: SocketRule | null;
}

/** Something answers at the socket, or could, that must get no request, and whose reply would mean nothing. */
export class Distrust extends UserError {
  constructor(what: string, path: string, reason: string) {
    const remedy = 'use -s with another path, -u with its user, or --insecure';
    super(`cannot trust the ${what} ${path}: ${reason}; ${remedy}`, ExitStatus.unknown);
    this.name = 'Distrust';
  }
}

/**
 * The address of the manager that a configuration is about. As root, without a configuration, a user's manager in the
 * user's own folder is as good as root's.
 */
export function findAddress(configuration: Configuration): Address {
  const { settings, file } = configuration;
  const path = locateSocket(settings);
  if (settings.insecure) return { path, rule: null };
  const isRoot = actsAsRoot();
  const saysNothing = file === null && settings.program.length === 0 && settings.user === null;
  const owners = findOwners(configuration);
  return { path, rule: { owners, admitsFolderOwner: !isRoot || saysNothing, admitsGuests: !isRoot } };
}

/** Whose socket is there, as a uid; null if there is none, or if that cannot be seen. */
export function findSocketOwner(configuration: Configuration): number | null {
  try {
    return statSync(findAddress(configuration).path).uid;
  } catch {
    return null;
  }
}

/** The address of a socket whose owner does not matter. */
export function anyoneAt(path: string): Address {
  return { path, rule: null };
}

/**
 * The only door to a socket: connects after the question whose it is.
 *
 * @param address
 * @param use gets a path by which to connect to exactly the socket that was examined; connect(2) must have been called
 *   when it returns
 * @returns what `use` returns
 * @throws Distrust; the system's error, for example because there is no socket
 */
export function reachSocket<T>({ path, rule }: Address, use: (place: string) => T): T {
  if (rule === null) return use(path);
  const isRoot = actsAsRoot();
  // Where a socket of root's will do, nobody else may choose which one.
  const mislead = rule.owners.includes(0) ? mayMislead() : mayMislead(...rule.owners);
  try {
    return withPinned(path, mislead, (found, folder, place) => {
      // To connect would follow it; a symlink to anything else is no manager's, and a start says so.
      if (isRoot && found.isSymbolicLink() && !isSocket(path))
        throw Object.assign(new Error(), { code: 'ENOTSOCK' });
      const doubt = doubtSocket(found, folder, rule);
      if (doubt !== null) throw new Distrust('socket', path, doubt);
      return use(isRoot ? place : path);
    });
  } catch (error) {
    if (error instanceof ForeignLink) throw new Distrust('socket', path, error.message);
    throw error;
  }
}

/**
 * Refuses the state folder of another user, from which the next steps would follow without a manager, if the orders are
 * a user's own.
 *
 * @throws Distrust
 */
export function checkOwnState({ path, rule }: Address): void {
  if (rule === null || !actsAsRoot() || rule.owners.includes(0)) return;
  const folder = nameStateFolder(path);
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found && !rule.owners.includes(found.uid))
    throw new Distrust('state folder', folder, `it belongs to uid ${found.uid}`);
}
