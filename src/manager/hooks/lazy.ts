import type { ProgramEvent } from '../../protocol/events';
import type { Delivery } from '../../state/saved-state';
import type { Scene } from '../scene';
import type { Hooks } from './hooks';

/** The part of the hooks that every manager loads; the rest is loaded with the first hook. */
export class LazyHooks {
  readonly #scene: Scene;
  #loaded: Hooks | null = null;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Runs before-start: calls `done`, or dispatches `unprepared`. */
  prepare(done: () => void): void {
    const { beforeStart } = this.#scene.order.settings;
    if (beforeStart === null) done();
    else this.#load().prepare(beforeStart, done);
  }

  /** What a start waits for here; null if it does not. */
  get waitingFor(): string | null {
    return this.#loaded?.isPreparing ? 'before-start' : null;
  }

  /** Ends before-start, if it runs. */
  endPreparation(): void {
    this.#loaded?.endPreparation();
  }

  /** Runs after-exit; `cleaned` is dispatched. */
  afterExit(): void {
    const { order, dispatch } = this.#scene;
    const { afterExit } = order.settings;
    if (afterExit === null) dispatch({ name: 'cleaned' });
    else this.#load().afterExit(afterExit);
  }

  /** Ends after-exit, so that `cleaned` is dispatched at once. */
  endAfterExit(): void {
    this.#loaded?.endAfterExit();
  }

  /** Runs on-event, if it is for this kind. */
  observe(event: ProgramEvent): void {
    const { onEvent, onEventKinds } = this.#scene.order.settings;
    if (onEvent !== null && onEventKinds.includes(event.event)) this.#load().events.observe(event);
  }

  /** What on-event has not been run for yet, for the next manager; undefined if there is nothing. */
  get pending(): Delivery[] | undefined {
    const pending = this.#loaded?.events.pending ?? [];
    return pending.length > 0 ? pending : undefined;
  }

  /** Runs on-event for what an earlier manager has not. */
  resume(deliveries: readonly Delivery[] | undefined): void {
    if (deliveries) this.#load().events.resume(deliveries);
  }

  /** Whether on-event runs, or is about to. */
  get isBusy(): boolean {
    return this.pending !== undefined;
  }

  /** The manager leaves: see `Hooks.finish`. */
  finish(done: () => void): void {
    if (this.#loaded) this.#loaded.finish(done);
    else done();
  }

  #load(): Hooks {
    this.#loaded ??= new (loadBundle().Hooks)(this.#scene);
    return this.#loaded;
  }
}

function loadBundle(): typeof import('./hooks') {
  return require('./hooks') as typeof import('./hooks');
}
