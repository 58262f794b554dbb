import { type FSWatcher, lstatSync, renameSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../system/clock';
import { describeReason } from '../../system/errors';
import { pinFolder } from '../../system/trust/pinned-path';
import { mayMislead } from '../../system/trust/root';

/** Seconds between polls while the socket is missing or cannot be watched. */
const POLL = 2;

export interface SocketGuardOptions {
  /** Absolute. */
  path: string;
  clock: Clock;
  /** Binds the path again, and frees it of the socket of a dead manager. */
  rebind(): Promise<void>;
  /** Checks that the state folder is still the same folder: it may have been removed together with the socket. */
  checkFolder(): unknown;
  /** Writes a record to the event log. */
  log(text: string): void;
}

/**
 * Keeps the socket at its path: if a tmp cleaner removes it, it is bound again; if another file replaces it, that is
 * reported. It sleeps until the socket changes (inotify(7) and its equivalents).
 */
export class SocketGuard {
  /** What is wrong with the socket, or null. */
  problem: string | null = null;
  readonly #options: SocketGuardOptions;
  #watcher: FSWatcher | null = null;
  #own = '';
  #checking = false;
  #active = false;
  #cancel: () => void = () => {};

  constructor(options: SocketGuardOptions) {
    this.#options = options;
  }

  /**
   * Starts watching.
   *
   * @param isBound whether the socket is bound; if not, binding is retried until it succeeds
   */
  begin(isBound = true): void {
    this.#active = true;
    this.#own = isBound ? this.#identify() : '';
    this.#watch();
    if (!isBound) void this.#check();
  }

  /** Stops watching, because the socket is about to be removed on purpose. */
  end(): void {
    this.#active = false;
    this.#cancel();
    this.#watcher?.close();
    this.#watcher = null;
  }

  /**
   * Runs `giveUp`, which removes whatever is at the socket's path. Another file there is moved aside for that moment.
   */
  protect(giveUp: () => void): void {
    const { path } = this.#options;
    const found = this.#identify();
    if (found === '' || found === this.#own) return giveUp();
    const putBack = moveAside(path);
    giveUp();
    putBack();
  }

  #watch(): void {
    this.#watcher?.close();
    this.#watcher = null;
    const { path } = this.#options;
    // On Linux, watching the file itself reports its removal; watching the folder would report every change in it.
    const watched = process.platform === 'linux' ? path : dirname(path);
    try {
      const watcher = watch(watched, { persistent: false }, (_, name) => {
        if (name === null || name === basename(path)) void this.#check();
      });
      watcher.on('error', () => {
        watcher.close();
        this.#watcher = null;
        this.#checkLater();
      });
      this.#watcher = watcher;
    } catch {
      this.#checkLater();
    }
  }

  #checkLater(): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(POLL, () => void this.#check());
  }

  async #check(): Promise<void> {
    if (!this.#active || this.#checking) return;
    this.#checking = true;
    try {
      this.#options.checkFolder();
      const found = this.#identify();
      if (found === '' || this.#own === '') await this.#restore();
      else if (found === this.#own) this.#report(null);
      else this.#report(`the socket ${this.#options.path} was replaced by another file`);
    } finally {
      this.#checking = false;
    }
    if (this.#active && (this.problem !== null || !this.#watcher)) this.#checkLater();
  }

  async #restore(): Promise<void> {
    const { path, rebind, log } = this.#options;
    const wasBound = this.#own !== '';
    try {
      await rebind();
      this.#own = this.#identify();
      this.#report(null);
      log(wasBound ? `the socket ${path} was removed; bound it again` : `bound the socket ${path}`);
      this.#watch();
    } catch (error) {
      const what = wasBound ? 'was removed and cannot be bound' : 'cannot be bound';
      this.#report(`the socket ${path} ${what}: ${describeReason(error)}`);
    }
  }

  #report(problem: string | null): void {
    if (problem !== null && problem !== this.problem) this.#options.log(problem);
    this.problem = problem;
  }

  /** The inode number is not sufficient: the next file may reuse the number of a removed one. */
  #identify(): string {
    try {
      const found = lstatSync(this.#options.path, { bigint: true, throwIfNoEntry: false });
      return found ? [found.dev, found.ino, found.birthtimeNs, found.isSocket()].join() : '';
    } catch {
      return '';
    }
  }
}

/** @returns moves it back, if it could be moved */
function moveAside(path: string): () => void {
  try {
    const folder = pinFolder(dirname(path), mayMislead());
    const place = folder.at(basename(path));
    const aside = `${place}.${process.pid}`;
    try {
      renameSync(place, aside);
    } catch (error) {
      folder.close();
      throw error;
    }
    return () => {
      renameSync(aside, place);
      folder.close();
    };
  } catch {
    return () => {};
  }
}
