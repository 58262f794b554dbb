import type { Change } from '../../../client/configured/changes';

/** That a program needs another one. */
export interface Need {
  name: string;
  /** Only the order counts: `?db`. */
  isWeak: boolean;
}

/**
 * `replace`: a stop and a start; `dismiss`: a manager without a program leaves; `adopt`: a program gets a manager, and
 * then what has changed.
 */
export type Action = 'start' | 'stop' | 'restart' | 'adjust' | 'upgrade' | 'replace' | 'dismiss' | 'adopt';

export interface Step {
  name: string;
  action: Action;
  /** A clause: `new`, `no longer configured`, `environment X changed`. */
  why: string;
  changes: readonly Change[];
}
