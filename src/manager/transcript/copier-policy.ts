import { COPIER_LIMIT } from './copier-script';

/** Seconds until another copier is tried after a fault of the file. */
const FAULT_PAUSE = 1;
/** The same after a fault of the copier itself, and after a second in which the manager is the faster of the two. */
const LONG_PAUSE = 10;

/** Why a channel has no copier any more. */
export type Dismissal = 'file fault' | 'copier fault' | 'too much output' | 'on purpose' | 'for good';

const pauses: Record<Dismissal, number> = {
  'file fault': FAULT_PAUSE,
  'copier fault': LONG_PAUSE,
  'too much output': LONG_PAUSE,
  'on purpose': 0,
  'for good': Number.POSITIVE_INFINITY,
};

/**
 * Says when a channel should have a copier. Up to `COPIER_LIMIT` bytes a second it should, because then a SIGKILL of
 * the manager loses nothing; above that the manager reads by itself, because it is faster. Times are seconds on the
 * monotonic clock.
 */
export class CopierPolicy {
  #notBefore = 0;
  /** The second in which the manager counts what it reads, and the bytes so far. */
  #second = Number.NEGATIVE_INFINITY;
  #bytes = 0;

  /**
   * Counts what the manager has read itself.
   *
   * @returns whether a copier should take over now; asked at most once a second
   */
  noteRead(bytes: number, now: number): boolean {
    this.#bytes += bytes;
    if (now < this.#second + 1) return false;
    const wasMuch = this.#bytes > COPIER_LIMIT;
    this.#beginSecond(now);
    if (wasMuch) this.#notBefore = now + LONG_PAUSE;
    return this.allows(now);
  }

  /** The copier was dismissed, or could not be started. */
  noteDismissed(why: Dismissal, now: number): void {
    this.#notBefore = now + pauses[why];
    if (why !== 'on purpose') this.#beginSecond(now);
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
