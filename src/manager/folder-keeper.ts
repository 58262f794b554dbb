import { lstatSync, mkdirSync } from 'node:fs';
import { describeReason } from '../errors';
import { type SavedState, writeState } from '../state';
import type { EventLog } from './eventlog';
import { lockAnew } from './lock';

/** Keeps the state folder, which somebody may clean away under us, and the state in it. */
export class FolderKeeper {
  readonly #folder: string;
  readonly #log: EventLog;
  /** Which folder we have the lock of. */
  #own: string;

  /** @param folder the state folder, locked */
  constructor(folder: string, log: EventLog) {
    this.#folder = folder;
    this.#log = log;
    this.#own = this.#identify();
  }

  /**
   * Makes the folder again when it is gone, and takes its lock; so too when somebody else has made it.
   *
   * @returns whether it is another one than before, and so has no state
   */
  check(): boolean {
    if (this.#identify() === this.#own) return false;
    try {
      if (this.#identify() === '') mkdirSync(this.#folder, { mode: 0o700 });
      this.#own = this.#identify();
      const locked = lockAnew(this.#folder);
      this.#log.log(
        'warn',
        `the state folder ${this.#folder} was gone; it was made again${locked ? '' : ', but its lock is not ours'}`,
      );
    } catch (error) {
      this.#log.log('error', `cannot make the state folder ${this.#folder} again: ${describeReason(error)}`);
      return false;
    }
    return true;
  }

  /** Saves the state; never throws. */
  save(state: SavedState): void {
    try {
      writeState(this.#folder, state);
    } catch (error) {
      this.#log.log('error', `cannot save the state: ${describeReason(error)}`);
    }
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
