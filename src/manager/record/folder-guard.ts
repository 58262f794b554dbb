import {
  closeSync,
  existsSync,
  type FSWatcher,
  fstatSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
  watch,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { findLock, lockRecreatedFolder } from '../../state/lock';
import type { SavedState } from '../../state/saved-state';
import { nameStateFile, readState, writeState } from '../../state/state-file';
import type { Clock } from '../../system/clock';
import { listDescriptors } from '../../system/descriptors';
import { describeReason } from '../../system/errors';
import { isRunning } from '../../system/identity';
import { withOwnFolder } from '../../system/trust/own-folder';
import { pinFolder } from '../../system/trust/pinned-path';
import { mayMislead } from '../../system/trust/root';
import type { EventLog } from '../event-log';

/** Seconds that a recursive removal takes at most, usually. */
const REMOVAL = 0.1;

/** Protects the state folder, which a user or a cleaner may remove while the manager runs, and the state in it. */
export class FolderGuard {
  readonly #folder: string;
  readonly #log: EventLog;
  readonly #depose: () => void;
  /** The identity of the folder that this manager has locked. */
  #own: string;
  /** A descriptor of that folder, by which it is found whatever happens to its path; null if there is none. */
  #descriptor: number | null = null;
  /** The descriptor of a lock that only this manager has, on a recreated folder. */
  #lock: number | null = null;
  #isReleased = false;
  #watcher: FSWatcher | null = null;
  /** Another process has locked the folder that was created again. */
  isContended = false;
  /** The current problem, which is logged once. */
  #problem = '';

  /**
   * @param folder the state folder, locked
   * @param log gets a record of every change
   * @param depose called when another manager owns the folder and therefore the program; must not return
   */
  constructor(folder: string, log: EventLog, depose: () => void) {
    this.#folder = folder;
    this.#log = log;
    this.#depose = depose;
    // A manager that died may have locked a recreated folder, of which the keeper has no lock.
    const lock = findLock(folder);
    // On a system without /proc, the lock cannot be found, and there is no keeper.
    const isLocked = lock !== null || listDescriptors().length === 0;
    this.#own = isLocked ? this.#identify() : '';
    this.#descriptor = this.#findDescriptor(lock);
  }

  /** Whether the folder exists and this manager holds its lock. */
  get isOwn(): boolean {
    return this.#own !== '' && this.#identify() === this.#own;
  }

  /**
   * Recreates the folder if it was removed, and locks it; also locks a folder that another process recreated. If
   * another manager has locked the new folder, that manager is in charge from then on.
   *
   * @returns whether the folder is a new one, which therefore has no state
   */
  check(): boolean {
    if (this.isOwn || this.#isReleased) return false;
    try {
      if (this.#identify() === '') recreate(this.#folder);
      this.#lock = lockRecreatedFolder(this.#folder);
      this.isContended = this.#lock === null;
      if (this.isContended) {
        const { state } = readState(this.#folder);
        if (state && state.manager.pid !== process.pid && isRunning(state.manager)) this.#depose();
        throw new Error('another process holds its lock');
      }
      const identity = this.#identify();
      // A recursive removal of the folder may still be running.
      if (identity === '') throw new Error('it was removed again');
      this.#own = identity;
      this.#descriptor = this.#findDescriptor(this.#lock);
      this.#problem = '';
      this.#log.log('warn', `the state folder ${this.#folder} was removed; recreated it`);
      return true;
    } catch (error) {
      this.#logOnce(`cannot recreate the state folder ${this.#folder}: ${describeReason(error)}`);
      return false;
    }
  }

  /**
   * Notices a removal soon, where the system reports changes of a folder: a manager that dies without its state cannot be
   * continued. The end of the folder itself is not reported while the lock is open; the end of the state file is.
   *
   * @param clock for the pause that a recursive removal needs
   * @param removed called when the state is gone
   */
  watch(clock: Clock, removed: () => void): void {
    this.#watcher?.close();
    this.#watcher = null;
    const file = nameStateFile(this.#folder);
    let isDue = false;
    const look = () => {
      isDue = false;
      if (this.#isReleased || (this.isOwn && existsSync(file))) return;
      removed();
      this.watch(clock, removed);
    };
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, (_, name) => {
        if (isDue || name !== basename(file) || existsSync(file)) return;
        isDue = true;
        clock.after(REMOVAL, look);
      });
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // The next save notices it.
    }
  }

  /** Leaves the folder to a successor at the same keeper, which inherits only the lock that the keeper has. */
  release(): void {
    this.#isReleased = true;
    if (this.#lock === null) return;
    closeSync(this.#lock);
    this.#lock = null;
    this.#own = '';
    this.#descriptor = null;
  }

  /** The successor has given up. */
  resume(): void {
    this.#isReleased = false;
    this.check();
  }

  /**
   * Uses the folder.
   *
   * @param act gets a path of the folder that nobody can redirect
   * @returns what `act` returns
   * @throws an Error if the folder is another one by now; what `act` throws
   */
  use<T>(act: (place: string) => T): T {
    if (!this.isOwn) throw new Error(`the folder ${this.#folder} no longer belongs to this manager`);
    if (this.#descriptor !== null) return act(`/proc/self/fd/${this.#descriptor}`);
    return withOwnFolder(this.#folder, act);
  }

  /** Saves the state; never throws. @returns whether it was saved */
  save(state: SavedState): boolean {
    try {
      this.use(place => writeState(place, state));
      this.#problem = '';
      return true;
    } catch (error) {
      this.#logOnce(`cannot save the state: ${describeReason(error)}`);
      return false;
    }
  }

  /**
   * Removes the folder, if root has it in a folder of another user's or of everybody's, and nothing of it is needed any
   * more: that user could neither use nor remove it.
   */
  discard(): void {
    const isOpen = mayMislead();
    try {
      const outer = pinFolder(dirname(this.#folder), isOpen);
      const inner = pinFolder(this.#folder, isOpen);
      const { dev, ino } = inner.stats;
      if (isOpen(outer.stats) && `${dev}:${ino}` === this.#own && isOver(readState(this.#folder).state)) {
        for (const name of readdirSync(inner.at('.'))) unlinkSync(inner.at(name));
        rmdirSync(outer.at(basename(this.#folder)));
      }
      for (const folder of [outer, inner]) folder.close();
    } catch {
      // It is left as it is.
    }
  }

  #logOnce(problem: string): void {
    if (problem !== this.#problem) this.#log.log('error', problem);
    this.#problem = problem;
  }

  /** The lock is open for as long as this manager has the folder; walking there safely takes five times as long. */
  #findDescriptor(lock: number | null): number | null {
    if (lock === null || !existsSync(`/proc/self/fd/${lock}`)) return null;
    const { dev, ino } = fstatSync(lock);
    return this.#own === `${dev}:${ino}` ? lock : null;
  }

  /** Empty unless the manager's user owns the folder: it must not write to a folder that another user planted. */
  #identify(): string {
    try {
      const found = lstatSync(this.#folder);
      return found.isDirectory() && found.uid === process.getuid?.() ? `${found.dev}:${found.ino}` : '';
    } catch {
      return '';
    }
  }
}

/** Root makes it nowhere but at this place, whatever the owner of the folder around it does meanwhile. */
function recreate(folder: string): void {
  const outer = pinFolder(dirname(folder), mayMislead());
  try {
    mkdirSync(outer.at(basename(folder)), { mode: 0o700 });
  } finally {
    outer.close();
  }
}

/** Whether nothing of a dead program is left. */
function isOver(state: SavedState | null): boolean {
  return state?.program === null && state.spawning === undefined && state.leftovers.length === 0;
}
