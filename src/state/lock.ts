import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { listDescriptors, readDescriptorLink } from '../system/descriptors';
import { errorCode } from '../system/errors';

/* The lock on the state folder, which is the right to be its manager. It ends with the last process that has it open. */

const { O_NONBLOCK, O_RDONLY } = constants;

/** What flock(1) ends with when it cannot open the folder: EX_NOINPUT of sysexits(3). */
export const LOCK_UNREADABLE_STATUS = 66;

/** Who takes the lock on the state folder: flock(1), which then becomes the manager, or the manager with open(2). */
export type LockWay = 'flock' | 'O_EXLOCK';

/** Node's names of the systems whose open(2) can lock; most of them come without a flock(1). */
const WITH_EXLOCK = ['darwin', 'freebsd', 'openbsd', 'netbsd'];

/** @param platform as `process.platform` says it */
export function chooseLockWay(platform: string = process.platform): LockWay {
  return WITH_EXLOCK.includes(platform) ? 'O_EXLOCK' : 'flock';
}

/**
 * The words that run a command under the lock on a folder, for its life.
 *
 * @param way see `chooseLockWay`
 * @param folder whose lock
 * @param words what to run; ends with `LOCK_HELD_STATUS` when somebody else has the lock
 */
export function lockWords(way: LockWay, folder: string, words: string[]): [string, ...string[]] {
  if (way === 'O_EXLOCK') return words as [string, ...string[]];
  // The slash: flock(1) would make a file of that name when the folder has just been removed.
  return ['flock', '-n', '-E', String(LOCK_HELD_STATUS), '-F', `${folder}/`, ...words];
}

/** What flock(1) ends with when somebody else holds the lock. */
export const LOCK_HELD_STATUS = 75;

/** Of open(2) on macOS and BSD; Node has no name for it. */
const O_EXLOCK = 0x20;

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

/** The descriptor that holds the lock, for a successor to inherit; null when it is not known. */
export function findLock(folder: string): number | null {
  return own ?? listDescriptors().find(fd => readDescriptorLink(fd) === folder) ?? null;
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
export function lockRecreatedFolder(folder: string): boolean {
  if (chooseLockWay() === 'O_EXLOCK') return acquireLock(folder);
  // A lock belongs to what was opened, not to who asked for it: what flock(1) locks for us stays locked.
  const fd = openSync(folder, O_RDONLY);
  const { status, error } = spawnSync('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
  if (status === 0) return true;
  closeSync(fd);
  if (error) throw error;
  return false;
}
