import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '../../../system/clock';

/** Signals that something may have changed. Rings without a waiter are remembered as one. */
export class Bell {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #rung = false;
  #wake = () => {};

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  /**
   * Resolves at the next ring, at once if there was one since the last wait, or when the signal aborts.
   *
   * @param longest seconds after which it resolves anyway; null: never
   */
  async wait(longest: number | null): Promise<void> {
    if (!this.#rung && !this.#signal.aborted) {
      await new Promise<void>(resolve => {
        const cancel = longest === null ? () => {} : this.#clock.after(longest, () => this.#wake());
        this.#wake = () => {
          cancel();
          this.#signal.removeEventListener('abort', this.#wake);
          this.#wake = () => {};
          resolve();
        };
        this.#signal.addEventListener('abort', this.#wake);
      });
    }
    this.#rung = false;
  }
}

export interface Watch {
  /** False if the system refused a part of the watch, so that the caller must poll. */
  readonly complete: boolean;
  close(): void;
}

/**
 * Rings on every change of files or folders from now on.
 *
 * inotify has limits per user (ENOSPC, EMFILE) and a path may be missing: such a watch is not complete.
 */
export function watchPaths(paths: string[], bell: Bell): Watch {
  const watchers: FSWatcher[] = [];
  let complete = true;
  const lose = () => {
    complete = false;
    bell.ring();
  };
  for (const path of paths) {
    try {
      const watcher = watch(path, () => bell.ring());
      watcher.on('error', lose);
      watchers.push(watcher);
    } catch {
      complete = false;
    }
  }
  return {
    get complete() {
      return complete;
    },
    close() {
      for (const watcher of watchers) watcher.close();
    },
  };
}
