import { LOCK_HELD_STATUS } from '../protocol/launch-order';

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
