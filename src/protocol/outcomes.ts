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
  | { outcome: 'cancelled' };

export interface StopOutcome {
  /** `failed`: the manager lacks permission to signal it; it stays wanted down until it exits on its own. */
  outcome: 'stopped' | 'already' | 'cancelled' | 'failed';
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
