import type { Attendant } from '../attendant';
import type { Scene } from '../scene';
import { describeMissing, look, type Tried } from './look';
import type { Readiness } from './readiness';

export type AliveScene = Pick<Scene, 'clock' | 'order' | 'eventLog' | 'renew' | 'emit'>;

/**
 * Looks whether the program is alive, every `alive-every` seconds; after `alive-failures` failed looks in a row, it
 * asks for a restart. While no program runs, or it is suspended, no timer is armed.
 */
export class Alive implements Attendant {
  /** The number of failed looks in a row. */
  failures = 0;
  /** What the last look has shown; null if the program was alive. */
  problem: string | null = null;
  readonly #parts: AliveScene;
  readonly #readiness: Readiness;
  #cancel = () => {};
  /** Whether WATCHDOG=1 came since the last look. */
  #wasHeard = false;

  constructor(parts: AliveScene, readiness: Readiness) {
    this.#parts = parts;
    this.#readiness = readiness;
  }

  begin(): void {
    const { signs } = this.#readiness;
    signs.continue();
    signs.onWatchdog = isAlive => {
      this.#wasHeard = isAlive;
      // The program itself says that it needs a restart.
      if (!isAlive) this.#renew('the program asks for it (WATCHDOG=trigger)');
    };
    this.#wait();
  }

  pause(): void {
    this.#cancel();
  }

  resume(): void {
    this.#wait();
  }

  end(): void {
    this.#cancel();
    this.#cancel = () => {};
    this.failures = 0;
    this.problem = null;
    this.#readiness.signs.onWatchdog = () => {};
  }

  #wait(): void {
    const { clock, order } = this.#parts;
    this.#wasHeard = false;
    this.#cancel = clock.after(order.settings.aliveEvery, () => this.#look());
  }

  #look(): void {
    const { clock, order, eventLog, emit } = this.#parts;
    const { alive, aliveTimeout, aliveFailures } = order.settings;
    const tries = this.#readiness.host
      .makeTries('alive', alive ?? [], true)
      .map(tried => (tried.name === 'notify' ? this.#makeWatchdog(tried) : tried));
    let isAnswered = false;
    const end = look(tries, { clock, limit: aliveTimeout, isShared: true }, missing => {
      isAnswered = true;
      this.problem = describeMissing(missing);
      this.failures = missing ? this.failures + 1 : 0;
      if (missing?.isTrouble && this.failures === 1)
        emit({ event: 'probe-failed', setting: 'alive', probe: missing.name, reason: missing.says });
      if (this.problem !== null)
        eventLog.log('warn', `alive: ${this.problem} (${this.failures} of ${aliveFailures})`);
      if (this.problem !== null && this.failures >= aliveFailures) return this.#renew(this.problem);
      this.#wait();
    });
    if (!isAnswered) this.#cancel = end;
  }

  #makeWatchdog(tried: Tried): Tried {
    return {
      ...tried,
      attempt: done => {
        done(this.#wasHeard ? null : { says: 'no WATCHDOG=1 in time' });
        return () => {};
      },
    };
  }

  #renew(reason: string): void {
    this.#cancel();
    this.#parts.renew({ by: 'alive', reason });
  }
}
