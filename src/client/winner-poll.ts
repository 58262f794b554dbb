import type { LaunchOrder } from '../protocol/launch-order';
import type { Configuration } from '../settings/settings';
import { findRemains } from '../state/orphans';
import { type Clock, sleep } from '../system/clock';
import { UserError } from '../system/errors';
import { type Address, findAddress } from './address';
import { KeeperCall } from './keeper-call';
import { queryManager, type View } from './query';

/** The first pause, its growth factor, the longest pause, and when to give up; in seconds. */
const FIRST_PAUSE = 0.02;
const GROWTH = 1.6;
const LONGEST_PAUSE = 0.5;
const LIMIT = 20;

/** Polls with growing pauses until the manager that won the lock answers, or until a leaving one has exited. */
export class WinnerPoll {
  readonly #clock: Clock;
  readonly #address: Address;
  readonly #stateFolder: string;
  readonly #end: number;
  readonly #call: KeeperCall;
  #pause = FIRST_PAUSE;

  constructor(clock: Clock, configuration: Configuration, { stateFolder }: Pick<LaunchOrder, 'stateFolder'>) {
    this.#clock = clock;
    this.#call = new KeeperCall(clock);
    this.#address = findAddress(configuration);
    this.#stateFolder = stateFolder;
    this.#end = clock.now() + LIMIT;
  }

  /**
   * Pauses, then polls once.
   *
   * @returns the winner's report, or null when no manager answers: then the lock may be free
   * @throws UserError when the time limit has passed
   */
  async next(): Promise<View | null> {
    if (this.#clock.now() > this.#end) {
      const stateFolder = this.#stateFolder;
      throw new UserError(
        `cannot start a manager: the lock on ${stateFolder} is held, but no manager answers; find the holder with: fuser -v ${stateFolder}`,
      );
    }
    // A hundred waiting clients must not all poll at the same moment.
    const seconds = this.#pause * (0.5 + Math.random());
    this.#pause = Math.min(this.#pause * GROWTH, LONGEST_PAUSE);
    await sleep(seconds, this.#clock);
    const view = await queryManager(this.#address, this.#clock);
    if (!view) this.#call.callIfLate(findRemains(this.#address.path, this.#clock));
    return view;
  }
}
