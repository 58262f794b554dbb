import { closeSync, constants, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EventLogFile } from '../../settings/event-log-settings';
import { describeReason } from '../../system/errors';
import { openTrusted } from '../../system/trust/open-trusted';
import type { User } from '../../system/users';
import type { LogRecord } from './record';

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;
/** The descriptor of a file that is not open. */
const MISSING = -1;

/** What a file does beside being appended to. */
export interface FileExtras {
  render(record: LogRecord): string;
  rotation: Rotation | null;
}

/** Replaces a file by a new one when it is too large or too old. */
export interface Rotation {
  /**
   * Renames the file if the next record no longer belongs into it.
   *
   * @returns whether there is a new file to open now
   * @throws the system's error
   */
  rotate(path: string, fd: number, next: { bytes: number; time: number }): boolean;
}

export interface TargetOptions {
  directory: string;
  mayLack: boolean;
  /** With whose rights root opens it; null for its own. */
  user: User | null;
  extras: FileExtras;
}

/** A file or standard stream that receives records. */
export class Target {
  readonly level: number;
  lost = 0;
  readonly #path: string;
  readonly #user: User | null;
  readonly #extras: FileExtras;
  /** Whether it is a standard stream, whose descriptor this class neither opens nor closes. */
  readonly #isStream: boolean;
  #fd = MISSING;
  /** The number of records lost since the last one that was written, and the reason. */
  #gap = 0;
  #lastError = '';
  #rotationError: string | null = null;
  /** Whether the file ends within a record. */
  #torn = false;

  constructor({ path, level, isDelayed }: EventLogFile, options: TargetOptions) {
    const { directory, mayLack, user, extras } = options;
    this.#user = user;
    this.level = level;
    this.#extras = extras;
    this.#isStream = path === 'STDOUT' || path === 'STDERR';
    this.#path = resolve(directory, path);
    if (this.#isStream) this.#fd = path === 'STDOUT' ? 1 : 2;
    if (this.#isStream || isDelayed) return;
    try {
      this.#fd = openForAppend(this.#path, this.#user);
    } catch (error) {
      if (!mayLack) throw error;
      this.#lastError = describeReason(error);
    }
  }

  /** Why the last record was not written, or the file not rotated, or null. */
  get problem(): string | null {
    const isGood = this.#gap === 0 && this.#lastError === '';
    if (!isGood) return `cannot write the event log ${this.#path}: ${this.#lastError}`;
    return this.#rotationError === null
      ? null
      : `cannot rotate the event log ${this.#path}: ${this.#rotationError}`;
  }

  /** A full disk or a closed reader loses the record but never stops the manager. */
  write(record: LogRecord): void {
    const gap = this.#gap > 0 ? `(${this.#gap} records lost: ${this.#lastError})\n` : '';
    let done = 0;
    try {
      const bytes = Buffer.from(`${this.#torn ? '\n' : ''}${gap}${this.#extras.render(record)}\n`);
      if (this.#fd === MISSING) this.#fd = openForAppend(this.#path, this.#user);
      this.#rotate(bytes.length, record.time);
      while (done < bytes.length) done += writeSync(this.#fd, bytes, done);
      this.#gap = 0;
      this.#lastError = '';
      this.#torn = false;
    } catch (error) {
      this.#lastError = describeReason(error);
      this.#gap += 1;
      this.lost += 1;
      if (done > 0) this.#torn = true;
    }
  }

  /** Opens the new file before closing the old one, so that one is always open. */
  reopen(): string | null {
    if (this.#isStream) return null;
    try {
      this.#replace(openForAppend(this.#path, this.#user));
      return null;
    } catch (error) {
      return `cannot reopen the event log ${this.#path}: ${describeReason(error)}`;
    }
  }

  close(): void {
    if (this.#isStream || this.#fd === MISSING) return;
    try {
      closeSync(this.#fd);
    } catch {
      // Some file systems report a full disk only on close; the descriptor is closed anyway.
    }
  }

  /** A file that cannot be rotated is written to further on, and tried again with the next record. */
  #rotate(bytes: number, time: number): void {
    const { rotation } = this.#extras;
    if (!rotation) return;
    try {
      if (rotation.rotate(this.#path, this.#fd, { bytes, time }))
        this.#replace(openForAppend(this.#path, this.#user));
      this.#rotationError = null;
    } catch (error) {
      this.#rotationError = describeReason(error);
    }
  }

  #replace(fd: number): void {
    this.close();
    this.#fd = fd;
    this.#torn = false;
    if (this.#gap === 0) this.#lastError = '';
  }
}

/** O_NONBLOCK: opening a FIFO without a reader must fail instead of blocking the manager. */
function openForAppend(path: string, user: User | null): number {
  return openTrusted(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, { mode: null, owner: null, user });
}
