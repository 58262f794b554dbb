import type { ProgramEvent } from '../../protocol/events';
import type { Delivery } from '../../state/saved-state';
import { type EndHook, type HookScene, runHook, tooLong } from './run-hook';
import { tellEvent } from './variables';

/** Seconds between two starts of on-event. */
const INTERVAL = 1;

/** Runs on-event, one event at a time and one a second. Of those that come in between, only the last is delivered. */
export class EventHook {
  readonly #scene: HookScene;
  #current: Delivery | null = null;
  /** What comes after it; from an earlier manager there may be two. */
  #waiting: Delivery[] = [];
  #soonest = Number.NEGATIVE_INFINITY;
  #end: EndHook = () => {};
  #cancelTimer: () => void = () => {};
  /** While the manager waits until it can leave. */
  #leaving: { settle(): void; cancelLimit(): void } | null = null;

  constructor(scene: HookScene) {
    this.#scene = scene;
  }

  /** What is not delivered yet, for the next manager: at most the event that the hook runs for, and one more. */
  get pending(): Delivery[] {
    return this.#current ? [this.#current, ...this.#waiting] : this.#waiting;
  }

  observe(event: ProgramEvent): void {
    // Its own failure must not run it again.
    if (event.event === 'hook-failed' && event.hook === 'on-event') return;
    const last = this.#waiting.pop();
    this.#waiting.push({ event, missed: last ? last.missed + 1 : 0 });
    this.#scene.saveSoon();
    this.#deliver();
  }

  /** Delivers what an earlier manager has not. */
  resume(deliveries: readonly Delivery[]): void {
    this.#waiting = [...deliveries];
    // That one may have saved more about its program, which must be known first.
    this.#cancelTimer = this.#scene.clock.after(0, () => this.#deliver());
  }

  /**
   * Waits until all is delivered, at most `hook-timeout`.
   *
   * @param done called once
   */
  finish(done: () => void): void {
    const { clock, order } = this.#scene;
    this.#leaving?.cancelLimit();
    this.#leaving = null;
    if (this.pending.length === 0) return done();
    const { hookTimeout } = order.settings;
    const cancelLimit = clock.after(hookTimeout, () => {
      // A start may have come, and the manager stays.
      if (this.#scene.life.parting === null && this.#scene.life.name !== 'gone') return;
      this.#waiting = [];
      this.#cancelTimer();
      if (this.#current) this.#end(tooLong(hookTimeout));
      else this.#settle();
    });
    this.#leaving = { settle: done, cancelLimit };
  }

  #deliver(): void {
    const { clock, order, saveSoon } = this.#scene;
    const [delivery] = this.#waiting;
    if (this.#current || !delivery) return;
    const now = clock.now();
    this.#cancelTimer();
    if (now < this.#soonest) {
      this.#cancelTimer = clock.after(this.#soonest - now, () => this.#deliver());
      return;
    }
    this.#current = delivery;
    this.#waiting.shift();
    this.#soonest = now + INTERVAL;
    const variables = tellEvent(this.#scene, delivery.event, delivery.missed);
    // It may have been taken away since.
    const words = order.settings.onEvent;
    const over = () => {
      this.#current = null;
      saveSoon();
      this.#settle();
      this.#deliver();
    };
    if (words === null) return over();
    this.#end = runHook({ key: 'on-event', words, variables }, this.#scene, over);
  }

  #settle(): void {
    if (this.pending.length > 0) return;
    const leaving = this.#leaving;
    this.#leaving = null;
    leaving?.cancelLimit();
    leaving?.settle();
  }
}
