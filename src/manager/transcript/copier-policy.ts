import { COPIER_LIMIT } from './copier-script';

/** Seconds until a copier copies again after an error of the file. */
const FILE_ERROR_PAUSE = 1;
/** The same after a second with so much output that the manager is faster. */
const LONG_PAUSE = 10;

/** Why a copier stopped copying. */
export type Pause = 'file error' | 'exited' | 'too much output';

const pauses: Record<Pause, number> = {
  'file error': FILE_ERROR_PAUSE,
  exited: 0,
  'too much output': LONG_PAUSE,
};

/**
 * Decides when a channel's copier should copy. Up to `COPIER_LIMIT` bytes per second it should, because then a SIGKILL
 * of the manager loses nothing. Above that, the manager reads the output itself, because it is faster. Times are
 * seconds on the monotonic clock.
 */
export class CopierPolicy {
  #notBefore = 0;
  /** The start of the second in which the manager is counting what it reads, and the bytes counted so far. */
  #second = Number.NEGATIVE_INFINITY;
  #bytes = 0;

  /**
   * Counts bytes that the manager has read itself.
   *
   * @returns whether a copier should copy from now on; true at most once per second
   */
  noteRead(bytes: number, now: number): boolean {
    this.#bytes += bytes;
    if (now < this.#second + 1) return false;
    const wasMuch = this.#bytes > COPIER_LIMIT;
    this.#beginSecond(now);
    if (wasMuch) this.#notBefore = now + LONG_PAUSE;
    return this.allows(now);
  }

  /** Records that the copier has stopped copying. */
  notePaused(why: Pause, now: number): void {
    this.#notBefore = now + pauses[why];
    this.#beginSecond(now);
  }

  /** Whether a copier may copy. */
  allows(now: number): boolean {
    return now >= this.#notBefore;
  }

  #beginSecond(now: number): void {
    this.#second = now;
    this.#bytes = 0;
  }
}
