import type { LaunchSettings } from '../../settings/settings';
import type { Scene } from '../scene';
import type { Alive } from './alive';
import type { ReadinessHolder } from './holder';
import type { Readiness } from './readiness';
import { NOTHING } from './signs/equipment';

/** Completes a scene, whose getters stay. */
export function addReadiness(scene: Omit<Scene, 'readiness'>): Scene {
  return Object.assign(scene, { readiness: new LazyReadiness(scene) });
}

class LazyReadiness implements ReadinessHolder {
  readonly #scene: Omit<Scene, 'readiness'>;
  /** Null as long as no setting has asked for it. */
  #loaded: Readiness | null = null;
  #alive: Alive | null = null;

  constructor(scene: Omit<Scene, 'readiness'>) {
    this.#scene = scene;
  }

  prepare(done: () => void): void {
    if (this.#scene.order.settings.waitFor) this.#load().prepare(done);
    else done();
  }

  test(): void {
    this.#load().test();
  }

  endWait(): void {
    this.#loaded?.endWait();
  }

  pause(): void {
    this.#loaded?.pause();
  }

  resume(): void {
    this.#loaded?.resume();
  }

  equip(done: Parameters<ReadinessHolder['equip']>[0]): void {
    if (this.#hasSigns) this.#load().signs.equip(done);
    else done(NOTHING);
  }

  continueRun(): void {
    if (this.#hasSigns) this.#load().signs.continue();
  }

  endRun(): void {
    this.#loaded?.signs.end();
  }

  release(): void {
    this.#loaded?.signs.release();
  }

  close(): void {
    this.#loaded?.endWait();
    this.#loaded?.signs.close();
  }

  makeAlive(): Alive | null {
    if (!this.#scene.order.settings.alive) return null;
    this.#alive = new (loadBundle().Alive)(this.#scene, this.#load());
    return this.#alive;
  }

  get saved(): ReadinessHolder['saved'] {
    return this.#loaded?.signs.saved ?? undefined;
  }

  describe(): ReturnType<ReadinessHolder['describe']> {
    return {
      waitingFor: this.#loaded?.missing ?? null,
      programStatus: this.#loaded?.signs.status ?? null,
      aliveError: this.#alive?.problem ?? null,
    };
  }

  /** Whether the program gives signs of itself that the manager hears of. */
  get #hasSigns(): boolean {
    const { ready, alive } = this.#scene.order.settings;
    return hasEvents(ready) || hasEvents(alive);
  }

  #load(): Readiness {
    this.#loaded ??= new (loadBundle().Readiness)(this.#scene);
    return this.#loaded;
  }
}

function hasEvents(probes: LaunchSettings['ready']): boolean {
  return probes?.some(({ kind }) => ['output', 'fd', 'notify'].includes(kind)) ?? false;
}

function loadBundle(): typeof import('./bundle') {
  return require('./bundle') as typeof import('./bundle');
}
