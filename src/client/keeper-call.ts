import type { Remains } from '../state/orphans';
import type { Clock } from '../system/clock';

/** Seconds a keeper has to begin a manager on its own. */
const PATIENCE = 0.7;

/**
 * Asks a keeper for a manager. It begins one at once when a manager dies, but not again after several that ended
 * quickly; SIGHUP has it try once more, and makes a living manager only reopen its files.
 */
export class KeeperCall {
  readonly #due: number;
  readonly #clock: Clock;
  #wasMade = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#due = clock.now() + PATIENCE;
  }

  /** Calls the keeper, once, when no manager has come for a while. */
  callIfLate(remains: Remains): void {
    if (this.#wasMade || remains.kind !== 'away' || this.#clock.now() < this.#due) return;
    this.#wasMade = true;
    if (remains.keeperPid === null) return;
    try {
      process.kill(remains.keeperPid, 'SIGHUP');
    } catch {
      // It has exited; the next look shows what remains.
    }
  }
}
