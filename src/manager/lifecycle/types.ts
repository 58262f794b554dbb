import type { RuleSettings } from '../../settings/settings';
import type { Ending } from '../../system/signals';

export type StateName =
  | 'idle'
  | 'preparing'
  | 'starting'
  | 'running'
  | 'resumed'
  | 'backoff'
  | 'waiting'
  | 'stopping'
  | 'restarting'
  | 'sweeping'
  | 'cleaning'
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
  /** The number of early ends in a row. */
  backoff: number;
  /** When the next timed action is due: the proof of life, a step of the stop plan, the next attempt or run. */
  deadline: number | null;
  /** Whether the program has lived for start-seconds. */
  lived: boolean;
  /** While `start-seconds = auto` watches a program that starts: what the last look has shown. */
  boot: Boot | null;
  /** Whether the program is ready, or nothing was configured to tell. */
  tested: boolean;
  /** Ends without a request that were not final, and failed runs, since the last start or restart on request. */
  crashes: number;
  /** How the program came to be down; null while it is up or is being started again. */
  outcome: Outcome | null;
  /** Starts attempted so far, successful or not. */
  attempts: number;
  /** Whether the program could not be signalled since the last request, which is answered then. */
  refused: boolean;
  /** While something exits that the rules must decide about afterwards: the end of the run. */
  ended: Ended | null;
  /** While it is being stopped: the step of the plan; `STOP_PROGRAM` while stop-program runs. */
  stage: number;
  /** Whether this run is not followed by another one, because `once` asked for that. */
  once: boolean;
  /** Since when the program is suspended by `pause` and its clocks stand still, or null. */
  paused: number | null;
  /** Which of the steps runs or is to run next. */
  step: number;
  /** The exit status of the first step of the round that failed, or null. */
  failure: number | null;
  /** Whether the program is stopped at the end of this run or step. */
  isLast: boolean;
  /** Whether the last run has ended and after-exit has not run for it. */
  hookDue: boolean;
  /** While on-event runs for the last time: the status with which the manager exits, unless a start comes first. */
  parting: number | null;
}

/** An end of a run that the rules decide about. */
export interface Ended {
  ending: Ending;
  during: 'starting' | 'running' | 'resumed';
  /** Seconds. */
  uptime: number;
  /** The manager ended the run itself, as a failure, so exit-codes do not apply. */
  forced?: true;
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
  /** `leftovers`: processes of an earlier run are still there; `once`: do not start it again at its end. */
  | { name: 'start'; leftovers?: boolean; once?: boolean | undefined }
  /** `now`: go to the end of the plan; `afterRun`: let the present run or step end first. */
  | { name: 'stop'; now?: boolean | undefined; afterRun?: boolean | undefined }
  | { name: 'restart'; leftovers?: boolean }
  /** Begin the next run of a schedule, or the next step. */
  | { name: 'runNow' }
  /** The program was suspended on request, so its clocks stand still; and it was continued. */
  | { name: 'pause' }
  | { name: 'continue' }
  /** The manager must stop the program and exit with this status. */
  | { name: 'leave'; status: number }
  /** A setting of the user's wants a restart; `early`: it counts as an early end of the run. */
  | { name: 'renew'; early?: boolean | undefined }
  /** A program of an earlier manager is running; `ready` if its start test has succeeded or there was none. */
  | ({ name: 'adopted'; pid: number; startedAt: number; ready: boolean } & Partial<
      Pick<Lifecycle, 'crashes' | 'once' | 'paused'>
    >)
  /** Everything that a start waits for is there, or was not in time. */
  | { name: 'prepared' }
  | { name: 'unprepared'; reason: string }
  /** Events of the program. */
  | { name: 'spawned'; pid: number }
  | { name: 'spawnFailed'; reason: string }
  /** `leftovers`: it has left processes behind. */
  | { name: 'exited'; ending: Ending; leftovers?: boolean }
  /** It is ready, or was not in time; it may still become ready. */
  | { name: 'tested' }
  | { name: 'notReady'; reason: string }
  /** The answer to `look`. */
  | ({ name: 'looked' } & Look)
  /** stop-program has ended, or could not be run. */
  | { name: 'stopProgramEnded' }
  /** A signal of this lifecycle could not be sent, for example because the program belongs to another user now. */
  | { name: 'refused'; reason: string }
  /** No leftovers remain. */
  | { name: 'groupGone'; survivors?: readonly number[] }
  /** after-exit has ended, or could not be run; `leftovers`: it has left processes behind. */
  | { name: 'cleaned'; leftovers?: boolean }
  /** The manager cannot leave yet, because on-event runs; and it has ended. */
  | { name: 'stay'; status: number }
  | { name: 'part' }
  /** The answer to `schedule`: when the next run is due. */
  | { name: 'scheduled'; at: number }
  /** The time set by the last `arm` has been reached. */
  | { name: 'deadline' };

export type EventName = Event['name'];

export type Effect =
  /** Wait for what must be there before a start, and run before-start; `prepared` or `unprepared` follows. */
  | { do: 'prepare' }
  | { do: 'spawn' }
  /** Run stop-program; `stopProgramEnded` follows. */
  | { do: 'stopProgram' }
  /** End stop-program. */
  | { do: 'endStopProgram' }
  /** A signal of the stop plan; SIGCONT follows SIGTERM, because a suspended program could not act on it. */
  | { do: 'signal'; signal: number }
  /** SIGKILL to the program. */
  | { do: 'kill' }
  /** SIGTERM and SIGCONT to the leftovers; `groupGone` follows when they have exited. */
  | { do: 'sweep' }
  /** SIGKILL to the leftovers. */
  | { do: 'killGroup' }
  /** Run after-exit; `cleaned` follows. */
  | { do: 'afterExit' }
  /** End after-exit, so that `cleaned` follows at once. */
  | { do: 'endAfterExit' }
  /** Find out whether the program is ready; `tested` follows, or `notReady` before it. */
  | { do: 'test' }
  /** The program is up: begin what accompanies its run. */
  | { do: 'attend' }
  /** End that, and whatever waits for the program or for its start. */
  | { do: 'dismiss' }
  /** The clocks of all that stand still, and go on. */
  | { do: 'holdClocks' }
  | { do: 'releaseClocks' }
  /** Find out when the next run is due; `scheduled` follows. */
  | { do: 'schedule' }
  /** Look at the processor time of the program; `looked` follows. */
  | { do: 'look' }
  | { do: 'arm'; at: number }
  | { do: 'disarm' }
  | { do: 'log'; level: 'info' | 'warn' | 'error' | 'critical'; text: string }
  | { do: 'logEnding'; ending: Ending; exiting?: boolean }
  /** The run is ended because it has taken longer than run-timeout. */
  | { do: 'noteTimeout' }
  /** Answers to waiting requests. */
  | { do: 'reportStarted' }
  /** `reason` is given if the program is up. */
  | { do: 'reportStartFailed'; retry: boolean; reason?: string }
  | { do: 'reportStartCancelled' }
  /** The schedule is set, and nothing runs yet. */
  | { do: 'reportScheduled'; at: number }
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
  /** Whether something must happen before a start (wait-for, before-start, steps that are read anew). */
  hasPreparation: boolean;
  /** Whether a program must show that it is ready (ready, start-test-program). */
  hasReadiness: boolean;
  hasStopProgram: boolean;
  /** Whether something is run after each end (after-exit). */
  hasAfterExit: boolean;
  /** The numbers of the signals that exit-codes and failure-codes name. */
  exitSignals: readonly number[];
  failureSignals: readonly number[];
  /** How many steps a round has; 0 for a program. */
  steps: number;
  /** Whether the manager exits immediately if its first start fails, instead of trying again. */
  firstStartMustHold: boolean;
  /** Drawn for this step, from 0 to 1: it decides where between its limits a pause with jitter lies. */
  chance: number;
}

/** The time of a step, in seconds on the monotonic clock, and the rules that apply to it. */
export interface Moment {
  now: number;
  rules: Rules;
}
