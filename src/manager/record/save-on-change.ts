import type { SavedState } from '../../state/saved-state';

/** Hands the state on to be saved, when something the next manager must know has changed. */
export class Memory {
  readonly #save: (state: SavedState) => boolean;
  #key = '';

  /** @param save returns whether it is saved; one that is not is handed on again next time */
  constructor(save: (state: SavedState) => boolean) {
    this.#save = save;
  }

  /** Saves the state unless it is as it was. */
  keep(state: SavedState): void {
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
    if (key === this.#key) return;
    this.#key = this.#save(state) ? key : '';
  }

  /** What was saved is lost: the next state is saved again. */
  forget(): void {
    this.#key = '';
  }
}
