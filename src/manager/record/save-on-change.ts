import type { SavedState } from '../../state/saved-state';

/** Saves the state when anything in it has changed that the next manager must know. */
export class StateSaver {
  readonly #save: (state: SavedState) => boolean;
  #lastKey = '';

  /** @param save returns false when the state could not be saved; the next `save` then tries again */
  constructor(save: (state: SavedState) => boolean) {
    this.#save = save;
  }

  /** Saves the state unless it equals the last one saved. */
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

  /** Forgets the last saved state, so that the next one is saved in any case. */
  forget(): void {
    this.#lastKey = '';
  }
}
