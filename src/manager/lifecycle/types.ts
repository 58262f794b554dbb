import type { RuleSettings } from '../../settings/settings';
import type { Ending } from '../../system/signals';

export type StateName =
  | 'idle'
  | 'starting'
  | 'running'
  | 'resumed'
  | 'backoff'
  | 'stopping'
  | 'restarting'
  | 'sweeping'
  | 'gone';

/** All the lifecycle remembers. Times are seconds on the monotonic clock. */
export interface Lifecycle {
  name: StateName;
  /** What people asked for last; kept apart from what is. */
  wanted: 'up' | 'down';
  /** The manager's exit status once the program is down, when the manager itself was told to leave. */
  leaveStatus: number | null;
  pid: number | null;
  /** The last start, also when it has ended since. */
  startedAt: number | null;
  /** Quick ends in a row = seconds of the present delay. */
  backoff: number;
  /** The one thing time will do next: proof of life, SIGKILL, or the next attempt. */
  deadline: number | null;
  /** Has it lived for start-seconds? */
  lived: boolean;
  /** Has the start test succeeded (or is there none)? */
  tested: boolean;
  /** Starts tried so far, good or bad. */
  attempts: number;
}

export type Event =
  /** Requests of people. */
  | { name: 'start' }
  | { name: 'stop' }
  | { name: 'restart' }
  /** The manager is to stop the program and leave with this exit status. */
  | { name: 'leave'; status: number }
  /** A program of an earlier manager was found alive; ready = its start test has succeeded, or there was none. */
  | { name: 'adopted'; pid: number; startedAt: number; ready: boolean }
  /** News of the program. */
  | { name: 'spawned'; pid: number }
  | { name: 'spawnFailed'; reason: string }
  | { name: 'exited'; ending: Ending }
  | { name: 'tested' }
  /** Nothing is left of the program's process groups. */
  | { name: 'groupGone' }
  /** The moment of the last `arm` has come. */
  | { name: 'deadline' };

export type EventName = Event['name'];

export type Effect =
  | { do: 'spawn' }
  /** SIGTERM to the program. */
  | { do: 'terminate' }
  /** SIGKILL to the program. */
  | { do: 'kill' }
  /** SIGTERM to what is left of its groups, then tell `groupGone`. */
  | { do: 'sweep' }
  /** SIGKILL to what is left of its groups. */
  | { do: 'killGroup' }
  /** Run the start test until it succeeds, then tell `tested`. */
  | { do: 'test' }
  | { do: 'endTest' }
  | { do: 'arm'; at: number }
  | { do: 'disarm' }
  | { do: 'log'; level: 'info' | 'warn' | 'error' | 'critical'; text: string }
  | { do: 'logEnding'; ending: Ending; exiting?: boolean }
  /** Answers for those who wait. */
  | { do: 'reportStarted' }
  | { do: 'reportStartFailed'; retry: boolean }
  | { do: 'reportStartCancelled' }
  | { do: 'reportStopped' }
  | { do: 'reportStopCancelled' }
  | { do: 'leave'; status: number };

export interface Step {
  life: Lifecycle;
  effects: Effect[];
}

/** What the lifecycle goes by; times in seconds. */
export interface Rules extends RuleSettings {
  hasStartTest: boolean;
  /** A manager whose first start fails leaves at once instead of trying again. */
  firstStartMustHold: boolean;
}
