import type { LaunchOrder } from '../protocol/launch-order';
import type { ExitRecord } from '../protocol/outcomes';
import type { Identity } from '../system/identity';

/** Raised when an older zd would misread the file; the file of zd 0.1 has version 1. */
export const STATE_VERSION = 2;

export interface SavedProgram extends Identity {
  /** The file that is run. */
  file: string;
  /** Seconds since 1970. */
  startedAt: number;
}

export interface SavedState {
  version: number;
  manager: Identity;
  program: SavedProgram | null;
  /**
   * A program is about to be started, and not in `program` yet: what `readTicks` said before (null where it says
   * nothing). Absent otherwise. A manager that dies in this very moment leaves a program nobody has written down.
   */
  spawning?: number | null;
  /** False while a start test of it has not succeeded yet. */
  ready?: boolean;
  /** Leaders, dead by now, of groups that still had members. */
  leftovers: number[];
  wanted: 'up' | 'down';
  /** Programs spawned so far. */
  starts: number;
  lastExit: ExitRecord | null;
  /** What the manager works by, so that a program can be stopped without its configuration at hand. */
  order: LaunchOrder;
}
