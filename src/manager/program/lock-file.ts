import { closeSync, constants, fstatSync } from 'node:fs';
import { describeReason, errorCode, UserError } from '../../system/errors';
import { findLocker } from '../../system/file-locks';
import { openTrusted } from '../../system/trust/open-trusted';
import type { User } from '../../system/users';
import { NO_KEEPER, type Parent } from '../parent/parent';

/* Loaded with the setting `lock-file`. */

/** The name under which the keeper holds the lock. */
const SLOT = 'lock-file';
const { O_CREAT, O_NOCTTY, O_NONBLOCK, O_RDONLY } = constants;

/** The lock that a run holds. The keeper has it, so it outlives the manager, and the program has no descriptor of it. */
export class LockFile {
  readonly #parent: Parent;
  readonly #user: User | null;
  #fd: number | null = null;
  #taking: Promise<unknown> = Promise.resolve();

  /** @param user who runs the program, if the manager stays root for that user */
  constructor(parent: Parent, user: User | null) {
    this.#parent = parent;
    this.#user = user;
  }

  /**
   * Locks a file, which is created if it is missing. A lock that this run has is kept.
   *
   * @param path absolute
   * @returns null, or the reason why there is no lock: `the lock-file /run/app.lock is held by pid 7 (backup)`
   */
  take(path: string): Promise<string | null> {
    const taking = this.#take(path);
    this.#taking = taking;
    return taking;
  }

  async #take(path: string): Promise<string | null> {
    let fd = -1;
    try {
      fd = openLockFile(path, this.#user);
      await this.#parent.lock(SLOT, fd);
      this.#close();
      this.#fd = fd;
      return null;
    } catch (error) {
      const reason = explain(path, fd, error);
      if (fd >= 0) closeSync(fd);
      return reason;
    }
  }

  /** Unlocks it. The file stays, because another process may wait for its lock. */
  async free(): Promise<void> {
    await this.#taking;
    await this.#parent.release(SLOT);
    this.#close();
  }

  #close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}

/** A file that this user can only read can be locked as well. */
function openLockFile(path: string, user: User | null): number {
  const flags = O_RDONLY | O_CREAT | O_NOCTTY | O_NONBLOCK;
  const fd = openTrusted(path, flags, { mode: null, owner: null, user });
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new UserError('it is not a regular file');
}

function explain(path: string, fd: number, error: unknown): string {
  if (fd < 0) return `the lock-file ${path} cannot be opened: ${describeReason(error)}`;
  if (errorCode(error) === NO_KEEPER)
    return 'its lock-file needs a keeper, and there is none; install the package perl, or see zd doctor';
  if (errorCode(error) !== 'EAGAIN')
    return `the lock-file ${path} cannot be locked: ${describeReason(error)}`;
  return `the lock-file ${path} is held by ${findLocker(fd) ?? 'another process'}`;
}
