import type { ProgramEvent } from '../protocol/events';
import type { LaunchOrder } from '../protocol/launch-order';
import type { Asked, DownRecord, ExitRecord } from '../protocol/outcomes';
import type { Identity } from '../system/identity';

/** Incremented when an older zd would misread the file; zd 0.1 wrote version 1. */
export const STATE_VERSION = 2;

export interface SavedProgram extends Identity {
  /** The executable. */
  file: string;
  /** Seconds since 1970. */
  startedAt: number;
}

/** Times are seconds since 1970. */
export interface SavedTimetable {
  /** Times of `run-at` that passed without a run. */
  skipped: number;
  /** Up to when the times are counted; a time before it never comes again. */
  reference: number | null;
}

/** What the next manager needs to know of the readiness of a run. */
export interface SavedReadiness {
  /** The probes of events that hold, as they are written. */
  held: string[];
  /** Where the output of the run begins in the file of each stream, in bytes. */
  output: number[];
}

/** An event for on-event, and how many others were left out before it. */
export interface Delivery {
  event: ProgramEvent;
  missed: number;
}

/** The state of an input that `zd send` writes to: `ended` after `zd send --eof`. */
export type SavedInput = 'open' | 'ended';

export interface SavedState {
  version: number;
  manager: Identity;
  program: SavedProgram | null;
  /**
   * Present only while a program is being started and is not in `program` yet: the result of `readTicks` before the
   * start. If the manager dies at this moment, it leaves a program that is not recorded.
   */
  spawning?: number | null;
  /** False until the program's start test has succeeded. */
  ready?: boolean;
  /** Present only if a probe depends on it. */
  readiness?: SavedReadiness;
  /** Present only while a program runs with such an input. */
  input?: SavedInput;
  /** The dead leaders of sessions that still had members. */
  leftovers: number[];
  /** The result of `readTicks` when this was saved; absent where there is none. */
  savedAt?: number;
  wanted: 'up' | 'down';
  /** The state of the lifecycle, for a manager that replaces this one under the same keeper; see `readLife`. */
  life?: object;
  /** The keeper, which replaces a manager that dies; absent where there is none. */
  keeper?: Identity;
  /** The number of programs spawned so far. */
  starts: number;
  lastExit: ExitRecord | null;
  /** How the program came to be down; absent while it is up, and in a state of an earlier zd. */
  outcome?: DownRecord;
  /** Why the last start has led to no process; absent if it has. */
  failedStart?: string;
  /** What the running program was asked for; absent if there was nothing. */
  asked?: Asked;
  /** What has become of the times of `run-at`; absent without it. */
  timetable?: SavedTimetable;
  /** The number of the last end; absent in a state of an earlier zd. */
  ends?: number;
  /** The number after which the next manager numbers its events; absent in a state of an earlier zd. */
  events?: number;
  /** The events that on-event has not been run for; absent if there are none. */
  deliveries?: Delivery[];
  /** The manager's order, so that the program can be stopped without its configuration. */
  order: LaunchOrder;
}
