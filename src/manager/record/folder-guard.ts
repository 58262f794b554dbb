import { lstatSync, mkdirSync } from 'node:fs';
import { lockRecreatedFolder } from '../../state/lock';
import type { SavedState } from '../../state/saved-state';
import { readState, writeState } from '../../state/state-file';
import { describeReason } from '../../system/errors';
import { isRunning } from '../../system/identity';
import type { EventLog } from '../event-log';

/** Keeps the state folder, which somebody may clean away under us, and the state in it. */
export class FolderGuard {
  readonly #folder: string;
  readonly #log: EventLog;
  readonly #depose: () => void;
  /** Which folder we have the lock of. */
  #own: string;
  /** What is wrong, which is told once. */
  #fault = '';

  /**
   * @param folder the state folder, locked
   * @param log told what became of it
   * @param depose called when another manager has the folder, and so the right to the program; must not return
   */
  constructor(folder: string, log: EventLog, depose: () => void) {
    this.#folder = folder;
    this.#log = log;
    this.#depose = depose;
    this.#own = this.#identify();
  }

  /** Is the folder there and its lock ours? */
  get isOwn(): boolean {
    return this.#identify() === this.#own;
  }

  /**
   * Makes the folder again when it is gone, and takes its lock; so too when somebody else has made it. A manager that
   * found no lock on it meanwhile is the one and only from then on.
   *
   * @returns whether it is another one than before, and so has no state
   */
  check(): boolean {
    if (this.isOwn) return false;
    try {
      if (this.#identify() === '') mkdirSync(this.#folder, { mode: 0o700 });
      if (!lockRecreatedFolder(this.#folder)) {
        const { state } = readState(this.#folder);
        if (state && state.manager.pid !== process.pid && isRunning(state.manager)) this.#depose();
        throw new Error('somebody else has its lock');
      }
      const identity = this.#identify();
      // Whoever removes a folder and all that is in it may still be at work.
      if (identity === '') throw new Error('it was removed again');
      this.#own = identity;
      this.#fault = '';
      this.#log.log('warn', `the state folder ${this.#folder} was gone; it was made again`);
      return true;
    } catch (error) {
      this.#complain(`cannot make the state folder ${this.#folder} again: ${describeReason(error)}`);
      return false;
    }
  }

  /** Saves the state; never throws. @returns whether it is saved */
  save(state: SavedState): boolean {
    try {
      if (!this.isOwn) throw new Error(`the folder ${this.#folder} is not ours any more`);
      writeState(this.#folder, state);
      this.#fault = '';
      return true;
    } catch (error) {
      this.#complain(`cannot save the state: ${describeReason(error)}`);
      return false;
    }
  }

  #complain(fault: string): void {
    if (fault !== this.#fault) this.#log.log('error', fault);
    this.#fault = fault;
  }

  /** Only a folder of our own counts: what somebody planted there is not written to. */
  #identify(): string {
    try {
      const found = lstatSync(this.#folder);
      return found.isDirectory() && found.uid === process.getuid?.() ? `${found.dev}:${found.ino}` : '';
    } catch {
      return '';
    }
  }
}
