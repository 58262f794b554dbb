import type { Ending } from '../system/signals';

/**
 * The outcome of a start or restart; a new manager also sends it to its launcher. `killed`: as in `StopOutcome`, for a
 * restart.
 */
export type StartOutcome =
  | { outcome: 'started' | 'already'; pid: number; killed?: string[] }
  | {
      outcome: 'failed';
      /** The reason, as a clause: `it ended with exit status 3 after 0.01 seconds`. */
      reason: string;
      /** The program's last lines of output. */
      lines: string[];
      /** Whether the manager keeps running and tries again. */
      retry: boolean;
      /** The program that is still up, if it could not be stopped for a restart. */
      pid?: number;
    }
  /** The program is up and stays up, but was not ready after start-timeout. */
  | {
      outcome: 'timeout';
      pid: number;
      /** Which probe does not hold, and its last answer: `port 8080: connection refused`. */
      reason: string;
      lines: string[];
    }
  | { outcome: 'cancelled' }
  /** `at`: when the first run of the schedule is due, in seconds since 1970. */
  | { outcome: 'scheduled'; at: number };

export interface StopOutcome {
  /**
   * `failed`: the manager lacks permission to signal it; it stays wanted down until it exits on its own. `stopping`: the
   * client did not want to wait.
   */
  outcome: 'stopped' | 'already' | 'cancelled' | 'failed' | 'stopping';
  /** The reason of a failure. */
  reason?: string;
  /** The processes that needed SIGKILL: `4711 (sleep)`. */
  killed?: string[];
  /** The manager also exits; the connection closes when it has exited. */
  leaves?: boolean;
}

export interface UpgradeOutcome {
  /** The pid of the new manager. */
  managerPid: number;
}

/**
 * What made the program start or exit. `exit`: the request to the manager; `signal`: SIGTERM and the like to the manager;
 * `restart-every` to `run-timeout`: the setting of that name; `signal-by-zd`: the command `kill`; `nobody`: the program
 * itself, or a process other than zd; `unknown`: no process of zd was there to see it.
 */
export type By =
  | 'start'
  | 'run-now'
  | 'stop'
  | 'restart'
  | 'exit'
  | 'signal'
  | 'restart-every'
  | 'restart-on-change'
  | 'memory-limit'
  | 'watch-config'
  | 'alive'
  | 'run-timeout'
  | 'start-timeout'
  | 'signal-by-zd'
  | 'nobody'
  | 'unknown';

export interface Cause {
  by: By;
  /** The user, as the client has said: it is not verified. Null if it is unknown. */
  user: string | null;
  /** More about it in words: `port 80: connection refused`, `812 MB`. */
  reason?: string | null;
}

/** What the present run was asked for, by requests and signals; times are monotonic. */
export interface Asked {
  end?: Cause;
  signalled?: { signal: number; at: number; user: string | null };
}

/**
 * How the program came to be down. `ended`: it exited with a status of exit-codes; `killed`: a signal ended it, and
 * exit-codes has -1, or it ended together with its manager; `failed`: its first start; `gave-up`: the manager, after
 * too many early exits in a row.
 */
export type DownKind = 'stopped' | 'ended' | 'killed' | 'failed' | 'gave-up';

export interface DownRecord extends Cause {
  outcome: DownKind;
  /** Seconds since 1970; null if it is unknown. */
  at: number | null;
  /** Early exits in a row, this one included. */
  inARow: number;
  /** Why a start has failed, as a clause; null for the other outcomes. */
  reason: string | null;
}

/** As in `status --json`: the same fields whether the program is down or not. */
export function flattenDown(down: DownRecord | null): {
  [Field in keyof DownRecord]: DownRecord[Field] | null;
} {
  const { outcome = null, at = null, by = null, user = null, inARow = null, reason = null } = down ?? {};
  return { outcome, at, by, user, inARow, reason };
}

/** How the program exited; a manager of an earlier zd did not record the cause. */
export interface ExitRecord extends Ending, Partial<Cause> {
  pid: number;
  /** Seconds since 1970. */
  at: number;
  /** Seconds. */
  uptime: number;
  /** Counts the ends of this program; absent in a record of an earlier zd. */
  n?: number;
  /** See `EndRecord`. */
  step?: string;
  memory?: number;
  cpu?: number;
  /** Its last lines of output. */
  lines: string[];
}
