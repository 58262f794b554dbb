import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readlinkSync } from 'node:fs';
import { errorCode } from '../system/errors';
import { chooseLockWay } from './lock';

/* The lock on the state folder, which is the right to be its manager. It ends with the last process that has it open. */

/** Of open(2) on macOS and BSD; Node has no name for it. */
const O_EXLOCK = 0x20;
const { O_NONBLOCK, O_RDONLY } = constants;

/** The descriptor of a lock we took ourselves; one that flock(1) left us is found by what it leads to. */
let own: number | null = null;

/**
 * Takes the lock where flock(1) has not done so before us.
 *
 * @param folder the state folder, without symlinks
 * @param way see `chooseLockWay`
 * @param open open(2)
 * @returns false when somebody else has it
 * @throws the system's error
 */
export function takeLock(folder: string, way = chooseLockWay(), open: typeof openSync = openSync): boolean {
  if (way === 'flock') return true;
  try {
    own = open(folder, O_RDONLY | O_EXLOCK | O_NONBLOCK);
    return true;
  } catch (error) {
    if (['EAGAIN', 'EWOULDBLOCK'].includes(errorCode(error))) return false;
    throw error;
  }
}

/** The descriptor that holds the lock, for a successor to inherit; null when it is not known. */
export function findLock(folder: string): number | null {
  return own ?? listDescriptors().find(fd => linkOf(fd) === folder) ?? null;
}

/** A successor has the lock on the descriptor it was given. */
export function inheritLock(fd: number, way = chooseLockWay()): void {
  if (way === 'O_EXLOCK') own = fd;
}

/**
 * Locks a folder that was made again in place of the one we had locked.
 *
 * @returns false when somebody else was faster
 * @throws the system's error
 */
export function lockAnew(folder: string): boolean {
  if (chooseLockWay() === 'O_EXLOCK') return takeLock(folder);
  // A lock belongs to what was opened, not to who asked for it: what flock(1) locks for us stays locked.
  const fd = openSync(folder, O_RDONLY);
  const { status, error } = spawnSync('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
  if (status === 0) return true;
  closeSync(fd);
  if (error) throw error;
  return false;
}

function listDescriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    return [];
  }
}

function linkOf(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
