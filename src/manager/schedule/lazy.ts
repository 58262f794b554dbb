import { hasSchedule } from '../../settings/schedule/what-runs';
import type { Lifecycle } from '../lifecycle/types';
import { pickRound } from './pick-round';
import type { Scheduling, SchedulingScene } from './scheduling';

/** What a schedule uses of the manager, and what decides whether there is one. */
interface Scene extends SchedulingScene {
  readonly life: Lifecycle;
}

/** The part of a schedule that every manager loads; the rest is loaded with the first schedule. */
export class LazyScheduling {
  readonly #scene: Scene;
  #loaded: Scheduling | null = null;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** See `Scheduling.plan`. */
  plan(): void {
    this.#load().plan();
  }

  /**
   * Waits for a time of `run-at`.
   *
   * @param at seconds on the monotonic clock
   * @returns a function that ends the wait; null if the time is another one, which does not depend on the wall clock
   */
  await(at: number): (() => void) | null {
    const { life, order } = this.#scene;
    const isPlanned = life.name === 'waiting' && life.step === 0 && order.settings.runAt !== null;
    return isPlanned ? this.#load().await(at) : null;
  }

  /**
   * Reads what a round runs, unless the request that begins it has just brought that.
   *
   * @param done called once, perhaps at once
   * @returns a function that ends the reading
   */
  freshen(done: () => void): () => void {
    const { life, order } = this.#scene;
    const isFirst = life.attempts === 1 && order.settings.runAt === null;
    if (hasSchedule(order.settings) && life.step === 0 && !isFirst) return this.#load().freshen(done);
    done();
    return () => {};
  }

  #load(): Scheduling {
    const { Scheduling: Loaded } = require('./scheduling') as typeof import('./scheduling');
    this.#loaded ??= new Loaded(this.#scene, answer => pickRound(this.#scene.order, answer));
    return this.#loaded;
  }
}
