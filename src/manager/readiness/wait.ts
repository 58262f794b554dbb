import type { Clock } from '../../system/clock';
import { look, type Missing, type Tried } from './look';

/** How long to wait between two looks: the first pause, by what each is longer, and the longest; in seconds. */
export interface Pauses {
  first: number;
  factor: number;
  longest: number;
}

/** A service that starts is noticed soon, and one that takes minutes is not asked all the time. */
export const GROWING: Pauses = { first: 0.05, factor: 1.5, longest: 1 };

export interface WaitOptions {
  clock: Clock;
  /** Seconds for a try; 0 is no limit. */
  limit: number;
  pauses?: Pauses;
  /** Called once: all probes hold. */
  held(): void;
  /** Called after each look that failed. @returns whether to go on */
  failed(missing: Missing): boolean;
}

/** Looks at probes until all of them hold. */
export class Wait {
  readonly #probes: readonly Tried[];
  readonly #options: WaitOptions;
  readonly #pauses: Pauses;
  #pause: number;
  #cancel = () => {};
  #isLooking = false;
  #isOver = false;
  /** Something was heard during a look. */
  #hasNews = false;

  /** Begins at once; `held` may be called before this returns. */
  constructor(probes: readonly Tried[], options: WaitOptions) {
    this.#probes = probes;
    this.#options = options;
    this.#pauses = options.pauses ?? GROWING;
    this.#pause = this.#pauses.first;
    this.#look();
  }

  /** Something that a probe waits for has happened. */
  hear(): void {
    if (this.#isOver) return;
    this.#hasNews = true;
    if (this.#isLooking) return;
    this.#cancel();
    this.#look();
  }

  /** Ends the wait and its current try; nothing is called after that. */
  end(): void {
    this.#isOver = true;
    this.#cancel();
  }

  #look(): void {
    this.#isLooking = true;
    this.#hasNews = false;
    let isAnswered = false;
    const end = look(this.#probes, this.#options, missing => {
      isAnswered = true;
      this.#isLooking = false;
      this.#finish(missing);
    });
    if (!isAnswered) this.#cancel = end;
  }

  #finish(missing: Missing | null): void {
    const { clock, held, failed } = this.#options;
    this.#cancel = () => {};
    if (missing === null) {
      this.#isOver = true;
      return held();
    }
    if (!failed(missing) || this.#isOver) {
      this.#isOver = true;
      return;
    }
    // An event is reported, so it is not polled.
    if (missing.isEvent && !this.#hasNews) return;
    const pause = this.#hasNews ? 0 : this.#pause;
    if (!missing.isEvent) this.#pause = Math.min(this.#pause * this.#pauses.factor, this.#pauses.longest);
    this.#cancel = clock.after(pause, () => this.#look());
  }
}
