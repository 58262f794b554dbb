import type { Scene } from '../scene';

/** The part of the hooks that every manager loads; the rest is loaded with the first hook. */
export class LazyHooks {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Runs before-start: calls `done`, or dispatches `unprepared`. */
  prepare(done: () => void): void {
    done();
  }

  /** Ends before-start, if it runs. */
  endPreparation(): void {}

  /** Runs after-exit; `cleaned` is dispatched. */
  afterExit(): void {
    this.#scene.dispatch({ name: 'cleaned' });
  }

  /** Ends after-exit, so that `cleaned` is dispatched at once. */
  endAfterExit(): void {}
}
