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

/** How the program came to be down; see `DownKind` of the protocol. */
export type Outcome = 'stopped' | 'ended' | 'killed' | 'failed' | 'gave-up';

/** The complete state of the lifecycle. Times are seconds on the monotonic clock. */
export interface Lifecycle {
  name: StateName;
  /** What the last request asked for, independent of the current state. */
  wanted: 'up' | 'down';
  /** If the manager was asked to exit: its exit status once the program is down. */
  leaveStatus: number | null;
  pid: number | null;
  /** The time of the last start, even if that run has ended since. */
  startedAt: number | null;
  /** The number of quick exits in a row, which is also the current delay in seconds. */
  backoff: number;
  /** When the next timed action is due: the proof of life, SIGKILL, or the next attempt. */
  deadline: number | null;
  /** Whether the program has lived for start-seconds. */
  lived: boolean;
  /** While `start-seconds = auto` watches a program that starts: what the last look has shown. */
  boot: Boot | null;
  /** Whether the start test has succeeded, or there is none. */
  tested: boolean;
  /** Exits without a request that were not final, since the last start or restart on request. */
  crashes: number;
  /** How the program came to be down; null while it is up or is being started again. */
  outcome: Outcome | null;
  /** Starts attempted so far, successful or not. */
  attempts: number;
  /** Whether the program could not be signalled since the last request, which is answered then. */
  refused: boolean;
  /** While leftovers of a run that exited without a request are ended: what the rules decide about afterwards. */
  ended: { ending: Ending; during: 'starting' | 'running' | 'resumed'; uptime: number } | null;
}

/** What is known of the processor time of a program that starts. */
export interface Boot {
  /** The processor time that it has used so far, in any unit. */
  used: number;
  /** Since when it has used no more. */
  since: number;
}

/** One look at a program that starts. */
export interface Look {
  /** The processor time that it and its descendants have used; null where that cannot be known. */
  used: number | null;
  /** Whether one of them is running or waits for a disk at this moment, or the program is dead already. */
  isBusy: boolean;
}

export type Event =
  /** Requests from users. */
  /** `leftovers`: processes of an earlier run are still there. */
  | { name: 'start'; leftovers?: boolean }
  | { name: 'stop' }
  | { name: 'restart'; leftovers?: boolean }
  /** The manager must stop the program and exit with this status. */
  | { name: 'leave'; status: number }
  /** A program of an earlier manager is running; `ready` if its start test has succeeded or there was none. */
  | { name: 'adopted'; pid: number; startedAt: number; ready: boolean; crashes?: number }
  /** Events of the program. */
  | { name: 'spawned'; pid: number }
  | { name: 'spawnFailed'; reason: string }
  /** `leftovers`: it has left processes behind. */
  | { name: 'exited'; ending: Ending; leftovers?: boolean }
  | { name: 'tested' }
  /** The answer to `look`. */
  | ({ name: 'looked' } & Look)
  /** A signal of this lifecycle could not be sent, for example because the program belongs to another user now. */
  | { name: 'refused'; reason: string }
  /** No leftovers remain. */
  | { name: 'groupGone'; survivors?: readonly number[] }
  /** The time set by the last `arm` has been reached. */
  | { name: 'deadline' };

export type EventName = Event['name'];

export type Effect =
  | { do: 'spawn' }
  /** SIGTERM to the program, and SIGCONT: a suspended program could not act on it. */
  | { do: 'terminate' }
  /** SIGKILL to the program. */
  | { do: 'kill' }
  /** SIGTERM and SIGCONT to the leftovers; `groupGone` follows when they have exited. */
  | { do: 'sweep' }
  /** SIGKILL to the leftovers. */
  | { do: 'killGroup' }
  /** Run the start test until it succeeds; `tested` follows. */
  | { do: 'test' }
  | { do: 'endTest' }
  /** Look at the processor time of the program; `looked` follows. */
  | { do: 'look' }
  | { do: 'arm'; at: number }
  | { do: 'disarm' }
  | { do: 'log'; level: 'info' | 'warn' | 'error' | 'critical'; text: string }
  | { do: 'logEnding'; ending: Ending; exiting?: boolean }
  /** Answers to waiting requests. */
  | { do: 'reportStarted' }
  /** `reason` is given if the program is up. */
  | { do: 'reportStartFailed'; retry: boolean; reason?: string }
  | { do: 'reportStartCancelled' }
  /** `survivors`: leftovers that could not be killed. */
  | { do: 'reportStopped'; survivors?: readonly number[] }
  | { do: 'reportStopFailed'; reason: string }
  | { do: 'reportStopCancelled' }
  | { do: 'leave'; status: number };

export interface Step {
  life: Lifecycle;
  effects: Effect[];
}

/** The rules the lifecycle follows; times in seconds. */
export interface Rules extends RuleSettings {
  hasStartTest: boolean;
  /** Whether the manager exits immediately if its first start fails, instead of trying again. */
  firstStartMustHold: boolean;
}
