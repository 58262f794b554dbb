import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { listDescriptors, readDescriptorLink } from '../system/descriptors';
import { errorCode } from '../system/errors';

/* The lock on the state folder: its holder is the manager. Closing the last copy of its descriptor releases it. */

const { O_NONBLOCK, O_RDONLY } = constants;

/** The exit status of flock(1) if it cannot open the folder: EX_NOINPUT of sysexits(3). */
export const LOCK_UNREADABLE_STATUS = 66;

/** How the lock is acquired: by flock(1), which then executes the manager, or by the manager with open(2). */
export type LockWay = 'flock' | 'O_EXLOCK';

/** Node's names of the systems whose open(2) can lock; most of them have no flock(1). */
const WITH_EXLOCK = ['darwin', 'freebsd', 'openbsd', 'netbsd'];

/** @param platform as in `process.platform` */
export function chooseLockWay(platform: string = process.platform): LockWay {
  return WITH_EXLOCK.includes(platform) ? 'O_EXLOCK' : 'flock';
}

/**
 * The command line that runs a command and holds the lock on a folder until the command exits.
 *
 * @param way see `chooseLockWay`
 * @param folder the folder to lock
 * @param words the command; the exit status is `LOCK_HELD_STATUS` if another process holds the lock
 */
export function lockWords(way: LockWay, folder: string, words: string[]): [string, ...string[]] {
  if (way === 'O_EXLOCK') return words as [string, ...string[]];
  // Without the slash, flock(1) would create a file of that name if the folder has just been removed.
  return ['flock', '-n', '-E', String(LOCK_HELD_STATUS), '-F', `${folder}/`, ...words];
}

/** The exit status of flock(1) if another process holds the lock. */
export const LOCK_HELD_STATUS = 75;

/** A flag of open(2) on macOS and BSD; Node does not define it. */
const O_EXLOCK = 0x20;

/** The descriptor of a lock acquired with open(2). A lock inherited from flock(1) is found by its path. */
let own: number | null = null;

/**
 * Acquires the lock, unless flock(1) has already acquired it.
 *
 * @param folder the state folder, without symlinks
 * @param way see `chooseLockWay`
 * @param open open(2)
 * @returns false if another process holds it
 * @throws the system's error
 */
export function acquireLock(
  folder: string,
  way = chooseLockWay(),
  open: typeof openSync = openSync,
): boolean {
  if (way === 'flock') return true;
  try {
    own = open(folder, O_RDONLY | O_EXLOCK | O_NONBLOCK);
    return true;
  } catch (error) {
    if (['EAGAIN', 'EWOULDBLOCK'].includes(errorCode(error))) return false;
    throw error;
  }
}

/** The descriptor that holds the lock, for a successor to inherit; null if it is unknown. */
export function findLock(folder: string): number | null {
  return own ?? listDescriptors().find(fd => readDescriptorLink(fd) === folder) ?? null;
}

/** Records the lock that a successor has inherited on a descriptor. */
export function inheritLock(fd: number, way = chooseLockWay()): void {
  if (way === 'O_EXLOCK') own = fd;
}

/** Whether no manager holds the lock; false if that cannot be told. */
export function isLockFree(folder: string): boolean {
  if (chooseLockWay() !== 'flock') return false;
  const [file, ...args] = lockWords('flock', folder, ['true']);
  return spawnSync(file, args, { stdio: 'ignore' }).status === 0;
}

/**
 * Locks a folder that was created again in place of the locked one.
 *
 * @returns the descriptor that holds the lock, or null if another process has locked it first
 * @throws the system's error
 */
export function lockRecreatedFolder(folder: string): number | null {
  if (chooseLockWay() === 'O_EXLOCK') return acquireLock(folder) ? own : null;
  // A lock belongs to the open file description, not to the process: it remains after flock(1) has exited.
  const fd = openSync(folder, O_RDONLY);
  try {
    if (lockWithFlock(fd)) return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return null;
}

/**
 * Opens a file, and locks it until the descriptor is closed.
 *
 * @param path of the file
 * @param flags of open(2)
 * @returns the descriptor, and whether it holds the lock
 * @throws the system's error
 */
export function openLocked(path: string, flags: number): { fd: number; isLocked: boolean } {
  if (chooseLockWay() === 'flock') {
    const fd = openSync(path, flags, 0o600);
    try {
      return { fd, isLocked: lockWithFlock(fd) };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }
  try {
    return { fd: openSync(path, flags | O_EXLOCK | O_NONBLOCK, 0o600), isLocked: true };
  } catch (error) {
    if (!['EAGAIN', 'EWOULDBLOCK'].includes(errorCode(error))) throw error;
    return { fd: openSync(path, flags, 0o600), isLocked: false };
  }
}

/** @returns false if another process holds the lock */
function lockWithFlock(fd: number): boolean {
  const { status, error } = spawnSync('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
  if (error) throw error;
  return status === 0;
}
