import type { Clock } from '../system/clock';
import type { EventLog } from './event-log';
import type { Scene } from './scene';

/** What accompanies a run of the program from the moment it counts as up until its end, and may want it restarted. */
export interface Attendant {
  /** Called once, first. */
  begin(run: AttendedRun): void;
  /** The program is suspended: its clocks stand still. Called only between `begin` and `end`. */
  pause(): void;
  resume(): void;
  /** The run ends, or is about to be ended; nothing is called after that. */
  end(): void;
}

export interface AttendedRun {
  pid: number;
  /** Seconds on the monotonic clock. */
  startedAt: number;
}

/** What attendants may use. */
export interface AttendantParts extends Omit<Scene, 'waiters' | 'spawnFailed' | 'save' | 'leave'> {
  readonly clock: Clock;
  readonly eventLog: EventLog;
}

/** Makes an attendant if the settings ask for it; requires its module only then, so that others do not load it. */
type Factory = (parts: AttendantParts) => Attendant | null;

const factories: Factory[] = [({ readiness }) => readiness.makeAlive()];

/** All attendants of the present run. */
export class Attendants {
  readonly #parts: AttendantParts;
  #present: Attendant[] = [];
  #isPaused = false;

  constructor(parts: AttendantParts) {
    this.#parts = parts;
  }

  /** Makes them anew, because settings may have changed since the last run. */
  begin(pid: number, startedAt: number | null): void {
    this.end();
    const run = { pid, startedAt: startedAt ?? this.#parts.clock.now() };
    this.#present = factories.flatMap(make => make(this.#parts) ?? []);
    for (const attendant of this.#present) attendant.begin(run);
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    for (const attendant of this.#present) attendant.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    for (const attendant of this.#present) attendant.resume();
  }

  end(): void {
    this.#isPaused = false;
    for (const attendant of this.#present.splice(0)) attendant.end();
  }
}
