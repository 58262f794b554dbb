import type { SavedState } from '../../state/saved-state';
import { readTicks } from '../../system/processes';

function isBooting(life: object | undefined): boolean {
  return life !== undefined && 'boot' in life && life.boot !== null;
}

/** Saves the state when anything in it has changed that the next manager must know. */
export class StateSaver {
  readonly #save: (state: SavedState) => boolean;
  #lastKey = '';
  #lastOrder: object | null = null;

  /** @param save returns false when the state could not be saved; the next `save` then tries again */
  constructor(save: (state: SavedState) => boolean) {
    this.#save = save;
  }

  /** Saves the state unless it equals the last one saved. */
  save(state: SavedState): void {
    const {
      program,
      spawning,
      life,
      keeper,
      starts,
      lastExit,
      leftovers,
      order,
      events,
      readiness,
      asked,
      input,
    } = state;
    const key = JSON.stringify([
      program?.pid,
      spawning !== undefined,
      // A look at a program that starts changes nothing that the next manager needs.
      { ...life, ...(isBooting(life) ? { boot: null, deadline: null } : {}) },
      keeper?.pid,
      starts,
      lastExit?.at,
      leftovers,
      events,
      asked,
      readiness?.held.length,
      input,
    ]);
    if (key === this.#lastKey && order === this.#lastOrder) return;
    this.#lastKey = this.#save(addTime(state)) ? key : '';
    this.#lastOrder = order;
  }

  /** Forgets the last saved state, so that the next one is saved in any case. */
  forget(): void {
    this.#lastKey = '';
  }
}

/** Only of a state that is saved: most steps of the lifecycle change nothing in it. */
function addTime(state: SavedState): SavedState {
  const now = state.spawning ?? readTicks();
  return now === null ? state : { ...state, savedAt: now };
}
