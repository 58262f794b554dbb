import type { ProgramEvent } from '../../protocol/events';
import type { Delivery } from '../../state/saved-state';
import type { Scene } from '../scene';
import type { Hooks } from './hooks';
import type { ServiceNews } from './service';

/** The part of the hooks that every manager loads; the rest is loaded with the first hook. */
export class LazyHooks {
  readonly #scene: Scene;
  #loaded: Hooks | null = null;
  /** What tells the service manager above, if there is one. */
  readonly #service: ServiceNews | null;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#service = scene.serviceSocket ? new (loadService().ServiceNews)(scene, scene.serviceSocket) : null;
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

  /** Runs on-event, if it is for this kind, and tells the service manager. */
  observe(event: ProgramEvent): void {
    this.#service?.update();
    const { onEvent, onEventKinds } = this.#scene.order.settings;
    if (onEvent !== null && onEventKinds.includes(event.event)) this.#load().events.observe(event);
  }

  /** What on-event has not been run for yet, for the next manager; undefined if there is nothing. */
  get pending(): Delivery[] | undefined {
    const pending = this.#loaded?.events.pending ?? [];
    return pending.length > 0 ? pending : undefined;
  }

  /** Runs on-event for what an earlier manager has not, and tells the service manager what is found. */
  resume(deliveries: readonly Delivery[] | undefined): void {
    if (this.#service) this.#scene.clock.after(0, () => this.#service?.update());
    if (deliveries) this.#load().events.resume(deliveries);
  }

  /** Whether on-event runs, or is about to. */
  get isBusy(): boolean {
    return this.pending !== undefined;
  }

  /** The manager leaves: see `Hooks.finish`. */
  finish(done: () => void): void {
    const finish = () => (this.#loaded ? this.#loaded.finish(done) : done());
    if (this.#service) this.#service.finish(finish);
    else finish();
  }

  #load(): Hooks {
    this.#loaded ??= new (loadBundle().Hooks)(this.#scene);
    return this.#loaded;
  }
}

function loadBundle(): typeof import('./hooks') {
  return require('./hooks') as typeof import('./hooks');
}

function loadService(): typeof import('./service') {
  return require('./service') as typeof import('./service');
}
