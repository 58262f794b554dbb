import type { Ending } from '../system/signals';

/** The outcome of a start or restart, also what a new manager tells its launcher. */
export type StartOutcome =
  | { outcome: 'started' | 'already'; pid: number }
  | {
      outcome: 'failed';
      /** Why, as a phrase: `it ended with exit status 3 after 0.01 seconds`. */
      reason: string;
      /** The last lines the program said. */
      lines: string[];
      /** The manager stays and tries again. */
      retry: boolean;
    }
  | { outcome: 'cancelled' };

export interface StopOutcome {
  /** `failed` = it may not be signalled; it stays wanted down, and is gone when it ends by itself. */
  outcome: 'stopped' | 'already' | 'cancelled' | 'failed';
  /** Why it failed. */
  reason?: string;
  /** The manager leaves too: the connection ends when it has. */
  leaves?: boolean;
}

export interface UpgradeOutcome {
  /** The new manager's. */
  managerPid: number;
}

/** How a run of the program ended. */
export interface ExitRecord extends Ending {
  pid: number;
  /** Seconds since 1970. */
  at: number;
  /** Seconds. */
  uptime: number;
  /** The last lines it said. */
  lines: string[];
}
