import { closeSync, constants, fstatSync, openSync, readSync, type Stats, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { nameDescriptor } from '../../system/descriptors';
import { addPath } from '../../system/errors';
import { type FileAccess as Access, openTrusted } from '../../system/trust/open-trusted';
import type { Target } from './target';

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const NEWLINE = 0x0a;

export interface FileAccess extends Access {
  /** A file that cannot be opened is not an error: writes fail until `reopen` succeeds. */
  mayLack?: boolean;
}

/** A file that output is appended to. */
export class LogFile implements Target {
  error: unknown = null;
  readonly warning = null;
  readonly path: string;
  readonly #access: FileAccess;
  #fd: number;
  #isMissing = false;

  /** @throws UserError, naming the file, when it cannot be opened or its mode or owner cannot be set */
  constructor(path: string, access: FileAccess) {
    this.path = path;
    this.#access = access;
    try {
      this.#fd = openForAppend(path, access);
    } catch (error) {
      if (!access.mayLack) throw addPath(resolve(path), error);
      this.error = error;
      this.#isMissing = true;
      this.#fd = openSync('/dev/null', O_RDONLY);
    }
  }

  write(bytes: Buffer, start: number, end: number): number {
    let at = start;
    if (this.#isMissing) return at;
    try {
      do at += writeSync(this.#fd, bytes, at, end - at);
      while (at < end);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    return at;
  }

  stat(): Stats {
    return fstatSync(this.#fd);
  }

  /** For another process that appends to it; valid until `reopen`. */
  get descriptor(): number {
    return this.#fd;
  }

  /**
   * Reads what another process has appended.
   *
   * @param from the start position; a file that has become shorter since is read from its start
   * @param most the maximum number of bytes to read, from the end
   * @returns the bytes, how many before them were skipped, and where the file ends now
   */
  readBack(from: number, most: number): { bytes: Buffer; skipped: number; end: number } {
    const end = this.#size() ?? from;
    const start = from > end ? 0 : from;
    const at = Math.max(start, end - most);
    const bytes = this.#read(at, end - at);
    return { bytes, skipped: end - start - bytes.length, end };
  }

  /** True if the file is empty or ends with a newline, or if that cannot be determined. */
  endsLine(): boolean {
    const size = this.#size() ?? 0;
    const last = size === 0 ? Buffer.alloc(0) : this.#read(size - 1, 1);
    return last.length === 0 || last[0] === NEWLINE;
  }

  isRemoved(): boolean {
    if (this.#isMissing) return true;
    const stats = this.stat();
    return stats.isFile() && stats.nlink === 0;
  }

  reopen(): void {
    const fd = openForAppend(this.path, this.#access);
    this.close();
    this.#fd = fd;
    this.#isMissing = false;
  }

  close(): void {
    try {
      closeSync(this.#fd);
    } catch {
      // Some file systems report a full disk only on close; the descriptor is closed anyway.
    }
  }

  /** Null if fstat(2) fails, for example because the file's server is unreachable. */
  #size(): number | null {
    try {
      return this.stat().size;
    } catch {
      return null;
    }
  }

  /** Empty if the file cannot be read, for example because only writing is permitted. */
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

/** O_NONBLOCK: opening a FIFO without a reader must fail instead of blocking the manager. */
function openForAppend(path: string, access: FileAccess): number {
  return openTrusted(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, access);
}
