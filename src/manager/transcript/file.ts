import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  readSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { nameDescriptor } from '../../system/descriptors';
import { addPath } from '../../system/errors';
import type { Owner } from '../../system/users';
import type { Target } from './target';

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const NEWLINE = 0x0a;

export interface FileAccess {
  /** Permission bits; null = what the umask gives. */
  mode: number | null;
  owner: Owner | null;
}

/** A file that is appended to. */
export class LogFile implements Target {
  fault: unknown = null;
  readonly complaint = null;
  readonly path: string;
  readonly #access: FileAccess;
  #fd: number;

  /** @throws UserError naming the file when it cannot be opened, or not be given its mode and owner */
  constructor(path: string, access: FileAccess) {
    this.path = path;
    this.#access = access;
    try {
      this.#fd = openForAppend(path, access);
    } catch (error) {
      throw addPath(resolve(path), error);
    }
  }

  write(bytes: Buffer, start: number, end: number): number {
    let at = start;
    try {
      do at += writeSync(this.#fd, bytes, at, end - at);
      while (at < end);
      this.fault = null;
    } catch (error) {
      this.fault = error;
    }
    return at;
  }

  stat(): Stats {
    return fstatSync(this.#fd);
  }

  /** For whoever else is to append to it; good until `reopen`. */
  get descriptor(): number {
    return this.#fd;
  }

  /**
   * What somebody else has written to it.
   *
   * @param from where that begins; a file that has become shorter since is read from its start
   * @param most bytes to read: the last ones
   * @returns them, how many before them were left out, and where the file ends now
   */
  readBack(from: number, most: number): { bytes: Buffer; skipped: number; end: number } {
    const end = this.#size() ?? from;
    const start = from > end ? 0 : from;
    const at = Math.max(start, end - most);
    const bytes = this.#read(at, end - at);
    return { bytes, skipped: end - start - bytes.length, end };
  }

  /** Whether a line can begin where the file ends; so too when that cannot be seen. */
  endsLine(): boolean {
    const size = this.#size() ?? 0;
    const last = size === 0 ? Buffer.alloc(0) : this.#read(size - 1, 1);
    return last.length === 0 || last[0] === NEWLINE;
  }

  isGone(): boolean {
    const stats = this.stat();
    return stats.isFile() && stats.nlink === 0;
  }

  reopen(): void {
    const fd = openForAppend(this.path, this.#access);
    this.close();
    this.#fd = fd;
  }

  close(): void {
    try {
      closeSync(this.#fd);
    } catch {
      // Some file systems tell of a full disk only here; the descriptor is gone all the same.
    }
  }

  /** Null when even that cannot be had, as of a file whose server is gone. */
  #size(): number | null {
    try {
      return this.stat().size;
    } catch {
      return null;
    }
  }

  /** Nothing when it may be written but not read. */
  #read(at: number, length: number): Buffer {
    let fd = -1;
    try {
      fd = openSync(nameDescriptor(this.#fd, this.path), O_RDONLY | O_NONBLOCK | O_NOCTTY);
      const bytes = Buffer.allocUnsafe(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, at));
    } catch {
      return Buffer.alloc(0);
    } finally {
      if (fd >= 0) closeSync(fd);
    }
  }
}

/** O_NONBLOCK: a FIFO that nobody reads must be an error, not a manager that hangs. */
function openForAppend(path: string, { mode, owner }: FileAccess): number {
  const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, mode ?? 0o666);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return fd;
    const { uid = stats.uid, gid = stats.gid } = owner ?? {};
    if (uid !== stats.uid || gid !== stats.gid) fchownSync(fd, uid, gid);
    if (mode !== null && (stats.mode & 0o7777) !== mode) fchmodSync(fd, mode);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
