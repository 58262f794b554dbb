import type { Clock } from '../../system/clock';
import type { Ring } from './ring';

/** Clients that wait for output. */
export class Followers {
  readonly #ring: Ring;
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();

  /** @param ring which calls `added` only while a client waits */
  constructor(ring: Ring, clock: Clock) {
    this.#ring = ring;
    this.#clock = clock;
  }

  /** Resolves at the next output, at `wake`, or after so many seconds. */
  wait(seconds: number): Promise<void> {
    return new Promise(resolve => {
      const cancel = this.#clock.after(seconds, () => end());
      const end = () => {
        cancel();
        this.#waiting.delete(end);
        if (this.#waiting.size === 0) this.#ring.added = null;
        resolve();
      };
      this.#waiting.add(end);
      this.#ring.added = () => this.wake();
    });
  }

  /** Ends all waits. */
  wake(): void {
    for (const end of [...this.#waiting]) end();
  }
}
