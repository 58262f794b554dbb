import type { Missing, Tried } from './look';
import { Wait, type WaitOptions } from './wait';

export interface TimedWaitOptions extends WaitOptions {
  /** Seconds that it may take, or null. */
  seconds: number | null;
  /** Called once when the time is over; the wait goes on. */
  late(missing: Missing | null): void;
}

/** Looks at probes until all of them hold, and says when that takes too long. Its clock can stand still. */
export class TimedWait {
  /** The first probe that did not hold at the last look; null when it is over. */
  missing: Missing | null = null;
  readonly #probes: readonly Tried[];
  readonly #options: TimedWaitOptions;
  #wait: Wait | null = null;
  #isOver = false;
  #cancelLimit = () => {};
  #cancelBegin = () => {};
  /** When the time is over, on the monotonic clock; null when it is, or if there is no limit. */
  #due: number | null = null;
  /** While it is paused: what was left, in seconds. */
  #left: number | null = null;

  constructor(probes: readonly Tried[], options: TimedWaitOptions) {
    this.#probes = probes;
    this.#options = options;
  }

  /** Nothing is called before this returns: a manager that continues for another one has not claimed the program yet. */
  begin(): void {
    const { seconds, clock } = this.#options;
    if (seconds !== null) this.#arm(seconds);
    this.#cancelBegin = clock.after(0, () => this.#begin());
  }

  #begin(): void {
    const { held, failed } = this.#options;
    const wait = new Wait(this.#probes, {
      ...this.#options,
      held: () => {
        this.end();
        held();
      },
      failed: missing => {
        this.missing = missing;
        const goesOn = failed(missing);
        if (!goesOn) this.end();
        return goesOn;
      },
    });
    if (this.#isOver) wait.end();
    else this.#wait = wait;
  }

  /** See `Wait.hear`. */
  hear(): void {
    this.#wait?.hear();
  }

  pause(): void {
    if (this.#due === null || this.#left !== null) return;
    this.#left = this.#due - this.#options.clock.now();
    this.#cancelLimit();
  }

  resume(): void {
    if (this.#left === null) return;
    const left = this.#left;
    this.#left = null;
    this.#arm(left);
  }

  end(): void {
    this.#isOver = true;
    this.missing = null;
    this.#due = null;
    this.#left = null;
    this.#cancelLimit();
    this.#cancelBegin();
    this.#wait?.end();
    this.#wait = null;
  }

  #arm(seconds: number): void {
    const { clock, late } = this.#options;
    this.#due = clock.now() + seconds;
    this.#cancelLimit = clock.after(seconds, () => {
      this.#due = null;
      late(this.missing);
    });
  }
}
