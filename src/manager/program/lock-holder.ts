import type { Lifecycle } from '../lifecycle/types';
import type { Scene } from '../scene';
import type { LockFile } from './lock-file';

/** The states in which a program runs, or something of it is left. */
const HOLDING: readonly Lifecycle['name'][] = [
  // For before-start, and across a restart.
  'preparing',
  'starting',
  'running',
  'resumed',
  'stopping',
  'restarting',
  'sweeping',
  'cleaning',
];

/** The lock of a run, if `lock-file` demands one; only then is its code loaded. */
export class LockHolder {
  readonly #scene: Scene;
  #lock: LockFile | null = null;
  /** While it is given up: resolves when others can have it. */
  #freeing: Promise<void> | null = null;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Takes the lock before a start. @param done called with null, or with the reason why there is no lock */
  take(done: (refusal: string | null) => void): void {
    const path = this.#scene.order.settings.lockFile ?? null;
    if (path === null) return this.free(() => done(null));
    this.#lock ??= new (loadLockFile().LockFile)(this.#scene.parent, this.#scene.runAs);
    void this.#lock.take(path).then(done);
  }

  /** The same as a part of the preparation: calls `done`, or dispatches `unprepared`. */
  takeFirst(done: () => void): void {
    const { dispatch, noteFailure } = this.#scene;
    const { attempts } = this.#scene.life;
    this.take(refusal => {
      const { life } = this.#scene;
      // A stop can have ended the preparation meanwhile.
      if (life.name !== 'preparing' || life.attempts !== attempts) return;
      if (refusal === null) return done();
      noteFailure(refusal);
      dispatch({ name: 'unprepared', reason: refusal });
    });
  }

  /** Names the lock of a program that a manager has taken over. */
  takeBack(): void {
    const { life, eventLog } = this.#scene;
    if (!this.#scene.order.settings.lockFile || !HOLDING.includes(life.name)) return;
    this.take(refusal => {
      if (refusal !== null && life.pid !== null)
        eventLog.log('error', `the program runs without its lock: ${refusal}`);
    });
  }

  /** Gives the lock up unless something of the program is still there. */
  settle(): void {
    if (!HOLDING.includes(this.#scene.life.name)) this.free(() => {});
  }

  /** Gives the lock up. @param done called when others can have it: at once if there is none */
  free(done: () => void): void {
    if (this.#lock) this.#freeing = this.#lock.free();
    this.#lock = null;
    const freeing = this.#freeing;
    if (!freeing) return done();
    void freeing.then(() => {
      if (this.#freeing === freeing) this.#freeing = null;
      done();
    });
  }
}

function loadLockFile(): typeof import('./lock-file') {
  return require('./lock-file');
}
