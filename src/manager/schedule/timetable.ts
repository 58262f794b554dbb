import type { SavedTimetable } from '../../state/saved-state';
import type { Clock } from '../../system/clock';

/* The times of `run-at` on a wall clock that may be stepped, on a machine that may sleep. Loaded with the setting. */

/** Seconds after which a run is too late: the machine was asleep, or the clock was set forward. */
const PATIENCE = 60;
/** Seconds between two looks at the wall clock. */
const LOOK_INTERVAL = 60;
/** Seconds by which the clocks may drift apart between two looks. */
const DRIFT = 1;
/** Seconds: a clock that was set back further than that was wrong before, and the schedule follows it. */
const SET_BACK = 3600;
/** Times that are counted one by one; each takes up to a millisecond. */
const MOST_COUNTED = 500;

export interface TimetableParts {
  clock: Clock;
  /** The settings of this moment. */
  rules(): { runAt: string; runZone: string | null };
  /** The next run is due at this time, on the monotonic clock. */
  scheduled(at: number): void;
  /** The time of the next run has come. */
  due(): void;
}

/** Plans the runs of a cron expression. */
export class Timetable {
  #skipped: number;
  #reference: number | null;
  readonly #parts: TimetableParts;

  constructor(parts: TimetableParts, saved: SavedTimetable | null) {
    this.#parts = parts;
    this.#skipped = saved?.skipped ?? 0;
    this.#reference = saved?.reference ?? null;
  }

  get saved(): SavedTimetable {
    return { skipped: this.#skipped, reference: this.#reference };
  }

  /** Finds the next time, counts those that have passed since the last one, and reports it. */
  plan(): void {
    const { clock, rules, scheduled } = this.#parts;
    const { runAt, runZone } = rules();
    const { nextTime } =
      require('../../settings/schedule/cron') as typeof import('../../settings/schedule/cron');
    const now = clock.wall();
    if (this.#reference !== null && this.#reference - now > SET_BACK) this.#reference = null;
    const from = this.#reference ?? now;
    let next = nextTime(runAt, runZone, from);
    for (let count = 0; next <= now && count < MOST_COUNTED; count += 1) {
      this.#skipped += 1;
      next = nextTime(runAt, runZone, next);
    }
    if (next <= now) next = nextTime(runAt, runZone, now);
    this.#reference = Math.max(from, now);
    scheduled(clock.now() + next - now);
  }

  /**
   * Waits for a time that was planned, perhaps by the manager before this one.
   *
   * @param at seconds on the monotonic clock
   * @returns a function that ends the wait
   */
  await(at: number): () => void {
    const { clock } = this.#parts;
    // The times of an expression are whole seconds.
    const target = Math.round(clock.wall() + at - clock.now());
    let lead = clock.wall() - clock.now();
    let cancel = () => {};
    const look = () => {
      const now = clock.wall();
      const isStepped = Math.abs(now - clock.now() - lead) > DRIFT;
      lead = now - clock.now();
      if (now > target + PATIENCE) return this.plan();
      if (now >= target) return this.#begin(target);
      if (isStepped) return this.plan();
      cancel = clock.after(Math.min(target - now, LOOK_INTERVAL), look);
    };
    cancel = clock.after(Math.max(0, Math.min(target - clock.wall(), LOOK_INTERVAL)), look);
    return () => cancel();
  }

  #begin(target: number): void {
    this.#reference = target;
    this.#parts.due();
  }
}
