import type { SavedState } from '../../state/saved-state';

/** Passes the state on to be saved when something in it has changed that the next manager must know. */
export class StateSaver {
  readonly #save: (state: SavedState) => boolean;
  #lastKey = '';

  /** @param save returns false when the state could not be saved; the next `save` then tries again */
  constructor(save: (state: SavedState) => boolean) {
    this.#save = save;
  }

  /** Saves the state unless it is the one saved last. */
  save(state: SavedState): void {
    const { program, spawning, ready, wanted, starts, lastExit, leftovers } = state;
    const key = JSON.stringify([
      program?.pid,
      spawning !== undefined,
      ready,
      wanted,
      starts,
      lastExit?.at,
      leftovers,
    ]);
    if (key === this.#lastKey) return;
    this.#lastKey = this.#save(state) ? key : '';
  }

  /** Forgets what was saved last, because it is lost: the next state is saved in any case. */
  forget(): void {
    this.#lastKey = '';
  }
}
