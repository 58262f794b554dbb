import type { Clock } from '../../system/clock';

/**
 * Deadlines for many items, with one timer for all of them. Most deadlines are moved repeatedly and rarely expire, so
 * moving one must not cost a timer.
 */
export class Deadlines<Item> {
  readonly #clock: Clock;
  readonly #expire: (item: Item) => void;
  readonly #due = new Map<Item, number>();
  /** When the timer fires; seconds on the monotonic clock. */
  #next = Number.POSITIVE_INFINITY;
  #cancel: () => void = () => {};

  /** @param expire called once for each deadline that expires */
  constructor(clock: Clock, expire: (item: Item) => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /** Sets or moves a deadline. */
  set(item: Item, seconds: number): void {
    const due = this.#clock.now() + seconds;
    this.#due.set(item, due);
    if (due < this.#next) this.#arm(due);
  }

  clear(item: Item): void {
    this.#due.delete(item);
    if (this.#due.size === 0) this.#disarm();
  }

  #arm(due: number): void {
    this.#cancel();
    this.#next = due;
    this.#cancel = this.#clock.after(due - this.#clock.now(), () => this.#fire());
  }

  #disarm(): void {
    this.#cancel();
    this.#next = Number.POSITIVE_INFINITY;
  }

  #fire(): void {
    const now = this.#clock.now();
    this.#next = Number.POSITIVE_INFINITY;
    for (const [item, due] of this.#due) {
      if (due > now) continue;
      this.#due.delete(item);
      this.#expire(item);
    }
    const next = Math.min(...this.#due.values());
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
  }
}
