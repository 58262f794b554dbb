import type { LaunchOrder } from '../protocol/launch-order';
import { sleep } from '../system/clock';
import { UserError } from '../system/errors';
import type { ActionContext } from './context';
import { lookAtManager, type View } from './look';

/** Seconds: the first pause between two looks, how it grows up to the longest, and when to give up. */
const FIRST_PAUSE = 0.02;
const GROWTH = 1.6;
const LONGEST_PAUSE = 0.5;
const LIMIT = 20;

/** A look for the manager that was faster than ours, or for the end of one that is leaving, at growing distances. */
export class Race {
  readonly #clock: ActionContext['clock'];
  readonly #order: Pick<LaunchOrder, 'socket' | 'stateFolder'>;
  readonly #end: number;
  #pause = FIRST_PAUSE;

  constructor(clock: ActionContext['clock'], order: Pick<LaunchOrder, 'socket' | 'stateFolder'>) {
    this.#clock = clock;
    this.#order = order;
    this.#end = clock.now() + LIMIT;
  }

  /**
   * Pauses and looks.
   *
   * @returns what the winner says, or null when there is none that answers: then the lock may be free
   * @throws UserError when it has taken too long
   */
  async look(): Promise<View | null> {
    if (this.#clock.now() > this.#end) {
      const { stateFolder } = this.#order;
      throw new UserError(
        `cannot start a manager: the lock on ${stateFolder} is held, but nobody answers; see who with: fuser -v ${stateFolder}`,
      );
    }
    // A hundred that wait must not come at the same time.
    const seconds = this.#pause * (0.5 + Math.random());
    this.#pause = Math.min(this.#pause * GROWTH, LONGEST_PAUSE);
    await sleep(seconds, this.#clock);
    return lookAtManager(this.#order.socket, this.#clock);
  }
}
