import type { Ending } from '../system/signals';

/** The outcome of a start or restart; a new manager also sends it to its launcher. */
export type StartOutcome =
  | { outcome: 'started' | 'already'; pid: number }
  | {
      outcome: 'failed';
      /** The reason, as a clause: `it ended with exit status 3 after 0.01 seconds`. */
      reason: string;
      /** The program's last lines of output. */
      lines: string[];
      /** Whether the manager keeps running and tries again. */
      retry: boolean;
    }
  | { outcome: 'cancelled' };

export interface StopOutcome {
  /** `failed`: the manager lacks permission to signal it; it stays wanted down until it exits on its own. */
  outcome: 'stopped' | 'already' | 'cancelled' | 'failed';
  /** The reason of a failure. */
  reason?: string;
  /** The manager also exits; the connection closes when it has exited. */
  leaves?: boolean;
}

export interface UpgradeOutcome {
  /** The pid of the new manager. */
  managerPid: number;
}

/** How the program exited. */
export interface ExitRecord extends Ending {
  pid: number;
  /** Seconds since 1970. */
  at: number;
  /** Seconds. */
  uptime: number;
  /** Its last lines of output. */
  lines: string[];
}
