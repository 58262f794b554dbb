/** Seconds without a change after which a burst is over, and seconds that it is waited for at most. */
export const QUIET = 0.5;
export const LONGEST = 10;

/** Decides when a burst of changes is over. Times are seconds on the monotonic clock. */
export class Burst {
  #first: number | null = null;
  #last = 0;

  /** A change at this time; of several, the latest counts. */
  note(at: number): void {
    this.#first = Math.min(this.#first ?? at, at);
    this.#last = Math.max(this.#last, at);
  }

  /** When to act; null without a change. */
  get due(): number | null {
    return this.#first === null ? null : Math.min(this.#last + QUIET, this.#first + LONGEST);
  }

  clear(): void {
    this.#first = null;
    this.#last = 0;
  }
}
