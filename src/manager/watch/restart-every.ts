import type { Clock } from '../../system/clock';

export interface EveryOptions {
  clock: Clock;
  /** Seconds. */
  every: number;
  /** Percent by which that may be shorter or longer. */
  jitter: number;
  /** From 0 to 1. */
  chance: number;
  restart(): void;
}

/** Restarts the program when it has been up for so long; the time while it is suspended does not count. */
export class RestartEvery {
  readonly #options: EveryOptions;
  /** Seconds that are left, and since when; not running while `since` is null. */
  #left = 0;
  #since: number | null = null;
  #cancel = () => {};

  constructor(options: EveryOptions) {
    this.#options = options;
  }

  begin({ startedAt }: { startedAt: number }): void {
    const { clock, every, jitter, chance } = this.#options;
    this.#left = startedAt + spread(every, jitter, chance) - clock.now();
    this.resume();
  }

  pause(): void {
    if (this.#since === null) return;
    this.#left -= this.#options.clock.now() - this.#since;
    this.end();
  }

  resume(): void {
    const { clock, restart } = this.#options;
    this.#cancel();
    this.#since = clock.now();
    this.#cancel = clock.after(Math.max(0, this.#left), restart);
  }

  end(): void {
    this.#cancel();
    this.#since = null;
  }
}

/**
 * Spreads a time, so that many programs do not restart at the same moment.
 *
 * @param seconds the middle
 * @param jitter percent, from 0 to 100
 * @param chance from 0 to 1: where between its limits the result lies
 */
export function spread(seconds: number, jitter: number, chance: number): number {
  return seconds * (1 + (jitter / 100) * (2 * chance - 1));
}
