import type { EventLogSettings, LaunchSettings } from '../settings/settings';
import type { LaunchOrder, Refresh, Source } from './launch-order';
import type { Cause, DownRecord, ExitRecord } from './outcomes';

/*
 * The messages between client and manager, described in docs/protocol.rst.
 * There is one request per line. A line that begins with `{` is JSON-RPC 2.0; any other line is a command of zdaemon
 * 5.2 or, for `help` and `exit`, of zdaemon 2.0. Each side parses and checks what it receives, and never evaluates it.
 */

/** The version of `status --json`; incremented when a field changes its meaning or is removed. */
export const STATUS_SCHEMA = 2;
/** The maximum bytes of a request, as in zdaemon. */
export const LONGEST_REQUEST = 10_000;
/**
 * The same in JSON, on a socket that only its owner can use: more than the words and variables of any program, of which
 * Linux passes on 6 MiB.
 */
export const LONGEST_OWN_REQUEST = 16 * 1024 ** 2;
/** The reply to a longer one, as in zdaemon. */
export const TOO_LONG_REPLY = 'Command exceeds 10 KB\n';

/** What is true of the program; see docs/history.rst. Without a manager: `orphaned`, `failed`, `down`. */
export type ProgramState =
  | 'idle'
  | 'starting'
  | 'running'
  | 'paused'
  | 'backoff'
  | 'waiting'
  | 'stopping'
  | 'restarting';

/** How the program came to be down; null while it is up, and before its first start. */
type DownFields = { [Field in keyof DownRecord]: DownRecord[Field] | null };

/** The manager's reply to `status`; times are seconds since 1970 unless noted otherwise. */
export interface StatusReport extends DownFields {
  schema: number;
  state: ProgramState;
  /** The daemon's name; absent of an earlier manager. */
  name?: string;
  wanted: 'up' | 'down';
  /** The program's pid; null while it is down. */
  pid: number | null;
  managerPid: number;
  /** The pid of the keeper, which is the parent of manager and program; null where there is none. */
  keeperPid: number | null;
  /** The time of the last start; null before the first start. */
  since: number | null;
  /** Seconds since the program's start, on a clock that is never stepped; null while it is down. */
  uptime: number | null;
  /** Whether the program is ready; null if nothing is configured to tell. */
  ready: boolean | null;
  /** Why it was not ready in time, as a clause; null if it was, or still may be. */
  notReady: string | null;
  /** Seconds that the last start took until it counted as one; null until then. */
  readyAfter: number | null;
  /** What made the last start; null if the manager started it again after an exit, or if that is unknown. */
  startedBy: Cause | null;
  /** The number of starts after the first one. */
  restarts: number;
  /** Exits that led to another start or to giving up, since the last start or restart on request. */
  crashes: number;
  /** The number of early exits in a row. */
  backoff: number;
  backoffLimit: number;
  /** Early exits in a row after which the manager gives up, from now on; null if it never does. */
  givesUpAfter: number | null;
  nextAttempt: number | null;
  /** When the next run of a schedule, or the next step, begins; null if none waits. */
  nextRun: number | null;
  /** Times of `run-at` that passed without a run. */
  skipped: number;
  /** The name of the step that runs, or is next in its round; null without steps, and between two rounds. */
  step: string | null;
  /** Whether nothing follows the present run or step, as `stop --after-step` asks for. */
  isLast: boolean;
  /** When SIGKILL is sent to what was asked to exit; null if that is not planned. */
  killAt: number | null;
  /** What the stop has come to: `SIGTERM`, `stop-program`; null while nothing is stopped, and of an earlier manager. */
  stopStep?: string | null;
  testing: boolean;
  /** What a start waits for, and its last answer: `port 8080: connection refused`; null if it waits for no probe. */
  waitingFor: string | null;
  /** What the program has said last of itself with STATUS= (sd_notify(3)); null if nothing. */
  programStatus: string | null;
  /** What the last look at `alive` has shown; null if the program was alive. */
  aliveError: string | null;
  /** Whether the program is suspended, for example by SIGSTOP. */
  suspended: boolean;
  adopted: boolean;
  lastExit: ExitRecord | null;
  /** The program's executable, and its argv. */
  file: string;
  args: string[];
  /** Which configuration the program was started by; null if a manager of zd 0.1 did it. */
  source: Source | null;
  transcript: string;
  /** With `transcript-program`: its words, and its pid, which is null while it does not run. */
  transcriptProgram?: { command: readonly string[]; pid: number | null };
  /** Bytes of output that could not be written. */
  transcriptLost: number;
  /** Bytes of output held in memory because they cannot be written. */
  transcriptHeld: number;
  /** The current problem of the transcript; null if there is none. */
  transcriptError: string | null;
  /** The current problem of the event log; null if there is none. */
  eventLogError: string | null;
  /** The current problem of the control socket; null if there is none. */
  socketError: string | null;
  /** The number of the last event; see `subscribe`. */
  lastEvent: number;
  /** With `restart-on-change` or `watch-config`: the paths that are not there, and why the file is not applied. */
  watch?: { missing: readonly string[]; fault: string | null };
  /** The program's last lines of output, if they were requested. */
  lines?: string[];
  /** What the manager follows, if it was requested. */
  running?: RunningSettings;
  now: number;
  version: string;
}

/** The part of its order that a configuration decides. */
export interface RunningSettings {
  settings: LaunchSettings;
  /** The configured variables; null on a socket that others can use, who may not know them. */
  environment: Record<string, string> | null;
  eventLog: EventLogSettings | null;
  /** With `daemon off`: the program has the terminal, so no other manager can take over. */
  attached?: boolean;
}

/** Parameters of `status`: what else to report. */
export interface StatusParams {
  lines?: boolean;
  settings?: boolean;
}

/** The fields that zdaemon's text protocol includes. */
export type BriefReport = Pick<
  StatusReport,
  | 'state'
  | 'wanted'
  | 'pid'
  | 'managerPid'
  | 'since'
  | 'backoff'
  | 'backoffLimit'
  | 'nextAttempt'
  | 'testing'
  | 'file'
  | 'args'
  | 'now'
>;

export type Method =
  | 'status'
  | 'start'
  | 'stop'
  | 'restart'
  | 'kill'
  | 'pause'
  | 'continue'
  | 'reload'
  | 'run_now'
  | 'send'
  | 'wait'
  | 'history'
  | 'subscribe'
  | 'attach'
  | 'resize'
  | 'output'
  | 'reopen_transcript'
  | 'apply'
  | 'upgrade'
  | 'exit';

/** What a request of a client says about it. */
export interface CallerParams {
  /** The name of the client's user; it is not verified. */
  user?: string | undefined;
}

export interface StartParams extends CallerParams {
  refresh?: Refresh;
  /** Wait through failed attempts until one succeeds or the manager gives up, as zdaemon does. */
  patient?: boolean;
  /** Do not start it again at its end. */
  once?: boolean;
}

/** Parameters of `stop`. */
export interface StopParams extends CallerParams {
  /** Go to the end of the plan at once. */
  now?: boolean;
  /** Let the present run or step end first; a second stop does not. */
  afterRun?: boolean;
  /** False: answer when the stop has begun. */
  wait?: boolean;
}

/** The reply to `reload`. */
export interface ReloadReply {
  /** False if no program is running. */
  reloaded: boolean;
  pid: number | null;
  /** The signal that was sent; null if reload-program was run. */
  signal: number | null;
}

/** Parameters of `subscribe`. */
export interface SubscribeParams {
  /** Also the events with a larger number than this, as far as they are still in memory. */
  after?: number;
}

/** Parameters of `apply`: what can change while the program goes on. */
export interface ApplyParams extends CallerParams {
  refresh: Refresh;
  /** The keys of the settings and variables that the client has applied, with this request and before it. */
  changes: string[];
}

/** Parameters of `output`. */
export interface OutputParams {
  /** Only what follows this position; by default everything that is in memory. */
  after?: number;
  /** If there is nothing yet, wait for more, at most for some seconds. */
  wait?: boolean;
}

/** Output of the program that is in memory. Positions count the bytes since this manager began. */
export interface OutputReply {
  managerPid: number;
  /** The position of the first byte: beyond `after` if bytes in between are not in memory any more. */
  from: number;
  /** The position after the last byte. */
  to: number;
  /** In base64: output need not be UTF-8. */
  bytes: string;
}

/** Parameters of `upgrade`: the new manager. */
export interface UpgradeParams {
  /** Absolute paths of Node and of the manager's file. */
  execPath: string;
  script: string;
  /** The current settings; if absent, the manager keeps its settings. */
  order?: LaunchOrder;
}

export type Reply =
  | { jsonrpc: '2.0'; id: number | string | null; result: unknown }
  | { jsonrpc: '2.0'; id: number | string | null; error: { code: number; message: string } };
