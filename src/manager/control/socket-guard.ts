import { type FSWatcher, lstatSync, renameSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../system/clock';
import { describeReason } from '../../system/errors';

/** Seconds until the next look while the socket is away or cannot be watched. */
const LOOK = 2;

export interface SocketGuardOptions {
  /** Absolute. */
  path: string;
  clock: Clock;
  /** Binds the path again. */
  rebind(): Promise<void>;
  /** A look whether the state folder is still what it was: who takes the socket away may have taken that as well. */
  checkFolder(): unknown;
  /** Something worth a record in the event log. */
  log(text: string): void;
}

/**
 * Keeps the socket where clients look for it: one that a tmp cleaner took away is bound again, one that another file
 * has replaced is told of. It sleeps until something happens to the socket (inotify(7) and its kin).
 */
export class SocketGuard {
  /** What is wrong with the socket, null when nothing is. */
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
   * Begins.
   *
   * @param isBound whether the socket is there; else it is tried again and again
   */
  begin(isBound = true): void {
    this.#active = true;
    this.#own = isBound ? this.#identify() : '';
    this.#watch();
    if (!isBound) void this.#check();
  }

  /** The socket is about to go, on purpose. */
  end(): void {
    this.#active = false;
    this.#cancel();
    this.#watcher?.close();
    this.#watcher = null;
  }

  /**
   * Runs what gives the socket up, which removes whatever has its name: a file that is not ours gets another one for
   * this moment.
   */
  protect(giveUp: () => void): void {
    const { path } = this.#options;
    const found = this.#identify();
    if (found === '' || found === this.#own) return giveUp();
    const aside = `${path}.${process.pid}`;
    try {
      renameSync(path, aside);
    } catch {
      return giveUp();
    }
    giveUp();
    renameSync(aside, path);
  }

  #watch(): void {
    this.#watcher?.close();
    this.#watcher = null;
    const { path } = this.#options;
    // On Linux a file that loses its name tells its watchers; a watched folder would tell of every write in it.
    const watched = process.platform === 'linux' ? path : dirname(path);
    try {
      const watcher = watch(watched, { persistent: false }, (_, name) => {
        if (name === null || name === basename(path)) void this.#check();
      });
      watcher.on('error', () => {
        watcher.close();
        this.#watcher = null;
        this.#lookLater();
      });
      this.#watcher = watcher;
    } catch {
      this.#lookLater();
    }
  }

  #lookLater(): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(LOOK, () => void this.#check());
  }

  async #check(): Promise<void> {
    if (!this.#active || this.#checking) return;
    this.#checking = true;
    try {
      this.#options.checkFolder();
      const found = this.#identify();
      if (found === '') await this.#restore();
      else if (found === this.#own) this.#report(null);
      else this.#report(`the socket ${this.#options.path} was replaced by another file`);
    } finally {
      this.#checking = false;
    }
    if (this.#active && (this.problem !== null || !this.#watcher)) this.#lookLater();
  }

  async #restore(): Promise<void> {
    try {
      await this.#options.rebind();
      this.#own = this.#identify();
      this.#report(null);
      this.#options.log(`the socket ${this.#options.path} was gone; it was bound again`);
      this.#watch();
    } catch (error) {
      this.#report(`the socket ${this.#options.path} is gone and cannot be bound: ${describeReason(error)}`);
    }
  }

  #report(problem: string | null): void {
    if (problem !== null && problem !== this.problem) this.#options.log(problem);
    this.problem = problem;
  }

  /** A number alone does not do: the next file gets the one of the file that was removed. */
  #identify(): string {
    try {
      const found = lstatSync(this.#options.path, { bigint: true, throwIfNoEntry: false });
      return found ? [found.dev, found.ino, found.birthtimeNs, found.isSocket()].join() : '';
    } catch {
      return '';
    }
  }
}
