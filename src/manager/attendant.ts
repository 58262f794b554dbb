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
export type AttendantParts = Omit<Scene, 'waiters' | 'spawnFailed' | 'save' | 'leave'>;
