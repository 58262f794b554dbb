import { COPIER_LIMIT } from './copier-script';

/** Seconds until another copier is started after an error of the file. */
const FILE_ERROR_PAUSE = 1;
/** The same after an error of the copier itself, and after a second with so much output that the manager is faster. */
const LONG_PAUSE = 10;

/** Why a channel's copier was dismissed. */
export type Dismissal = 'file error' | 'copier error' | 'too much output' | 'reopening' | 'closing';

const pauses: Record<Dismissal, number> = {
  'file error': FILE_ERROR_PAUSE,
  'copier error': LONG_PAUSE,
  'too much output': LONG_PAUSE,
  reopening: 0,
  closing: Number.POSITIVE_INFINITY,
};

/**
 * Decides when a channel should have a copier. Up to `COPIER_LIMIT` bytes per second it should, because then a SIGKILL
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
   * @returns whether a copier should take over now; true at most once per second
   */
  noteRead(bytes: number, now: number): boolean {
    this.#bytes += bytes;
    if (now < this.#second + 1) return false;
    const wasMuch = this.#bytes > COPIER_LIMIT;
    this.#beginSecond(now);
    if (wasMuch) this.#notBefore = now + LONG_PAUSE;
    return this.allows(now);
  }

  /** Records that the copier was dismissed, or could not be started. */
  noteDismissed(why: Dismissal, now: number): void {
    this.#notBefore = now + pauses[why];
    if (why !== 'reopening') this.#beginSecond(now);
  }

  /** Whether a copier may be started. */
  allows(now: number): boolean {
    return now >= this.#notBefore;
  }

  #beginSecond(now: number): void {
    this.#second = now;
    this.#bytes = 0;
  }
}
