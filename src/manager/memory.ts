import type { SavedState } from '../state';

/** Hands the state on to be saved, when something the next manager must know has changed. */
export class Memory {
  readonly #save: (state: SavedState) => void;
  #key = '';

  constructor(save: (state: SavedState) => void) {
    this.#save = save;
  }

  /** Saves the state unless it is as it was. */
  keep(state: SavedState): void {
    const { program, spawning, wanted, starts, lastExit, leftovers } = state;
    const key = JSON.stringify([
      program?.pid,
      spawning !== undefined,
      wanted,
      starts,
      lastExit?.at,
      leftovers,
    ]);
    if (key === this.#key) return;
    this.#key = key;
    this.#save(state);
  }

  /** What was saved is lost: the next state is saved again. */
  forget(): void {
    this.#key = '';
  }
}
