/* The types of the library and its errors: what `import 'zdaemon'` gives, without anything else of zd. */

/** A request that did not succeed. `message` is one sentence. */
export class ZdError extends Error {
  override readonly name: string = 'ZdError';
  /** The exit status that the command of the same name would have. */
  readonly status: number;
  /** What is known besides, as with `--json`. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(message: string, status: number, facts: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.facts = facts;
  }
}

/** The program, or its manager, did not do what was asked; status 1. */
export class FailedError extends ZdError {
  override readonly name: string = 'FailedError';
}

/** The configuration or an argument has a fault; status 2. */
export class ConfigurationError extends ZdError {
  override readonly name: string = 'ConfigurationError';
}

/** The program is not running; status 3. */
export class NotRunningError extends ZdError {
  override readonly name: string = 'NotRunningError';
}

/** What runs is unknown: the manager does not answer, or must not be trusted; status 4. */
export class UnreachableError extends ZdError {
  override readonly name: string = 'UnreachableError';
}

/** What is true of the program; `failed`, `down` and `orphaned` without a manager. */
export type State =
  | 'idle'
  | 'starting'
  | 'running'
  | 'paused'
  | 'backoff'
  | 'waiting'
  | 'stopping'
  | 'restarting'
  | 'orphaned'
  | 'failed'
  | 'down';

/** The object of `zd status --json`, of which these are the fields that most need; times are seconds since 1970. */
export interface Status {
  state: State;
  /** The pid of the program; null while it is down. */
  pid: number | null;
  managerPid?: number;
  name?: string;
  since?: number | null;
  /** Seconds. */
  uptime?: number | null;
  /** Null if nothing is configured to tell. */
  ready?: boolean | null;
  /** Starts after the first one, and those that nobody asked for. */
  restarts?: number;
  crashes?: number;
  nextAttempt?: number | null;
  nextRun?: number | null;
  [field: string]: unknown;
}

/** One end of the program, as in `zd history --json`. */
export interface End {
  n: number;
  at: number;
  pid?: number;
  /** Seconds. */
  uptime?: number;
  code?: number;
  signal?: number;
  by: string;
  reason?: string;
  user?: string;
  lines: string[];
  [field: string]: unknown;
}

/** What has happened, as in `zd events --json`; `dropped` stands for events that were not read in time. */
export interface ProgramEvent {
  event: string;
  n?: number;
  at?: number;
  program?: string;
  /** Of `dropped`. */
  count?: number;
  [detail: string]: unknown;
}

export interface Waiting {
  /** Ends the wait; the manager goes on with the request. */
  signal?: AbortSignal;
}

/** A program and its manager. Each request opens a connection of its own; nothing has to be closed. */
export interface Program {
  readonly name: string;
  /** The absolute path of the control socket. */
  readonly socket: string;
  status(): Promise<Status>;
  /**
   * Brings the program up, and resolves once it is up. After `connect` only a manager that is there can do that.
   *
   * @returns the pid, and whether this has started it
   */
  start(options?: Waiting & { args?: string[]; once?: boolean }): Promise<{ pid: number; changed: boolean }>;
  /** Resolves once the program and what it has started have ended. `now`: the last step of the stop at once. */
  stop(options?: Waiting & { now?: boolean }): Promise<{ changed: boolean }>;
  restart(options?: Waiting & { args?: string[] }): Promise<{ pid: number }>;
  /** @param signal a name or a number; TERM by default */
  kill(signal?: string | number, options?: { group?: boolean }): Promise<{ pid: number }>;
  /** Resolves when the present run has ended, or at once if there is none. */
  wait(options?: Waiting): Promise<void>;
  reopenTranscript(): Promise<void>;
  /** Writes to the standard input of a program with `stdin = control`, or to its console. */
  send(data: string | Uint8Array, options?: { enter?: boolean; eof?: boolean }): Promise<{ sent: number }>;
  /** The last ends, oldest first. */
  history(): Promise<End[]>;
  /** What happens from now on, until the manager leaves for good or `signal` aborts. */
  events(options?: Waiting): AsyncIterableIterator<ProgramEvent>;
}

/** The programs of a configuration: a file with one or more, a folder, or a file of another system. */
export interface Fleet {
  readonly programs: readonly Program[];
  /** Programs that cannot be read, one sentence for each. */
  readonly faulty: readonly { name: string; fault: string }[];
  /** @throws ConfigurationError if there is none of that name */
  program(name: string): Program;
}
