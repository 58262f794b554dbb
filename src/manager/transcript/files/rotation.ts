import { existsSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type Clock, formatLocalTime, zoneOffset } from '../../../system/clock';
import { describeReason } from '../../../system/errors';
import { type PinnedFolder, pinFolder } from '../../../system/trust/pinned-path';
import { mayMislead } from '../../../system/trust/root';
import type { LogFile } from '../file';
import type { Target } from '../target';
import { type Archive, PENDING } from './archive';

const NEWLINE = 0x0a;
/** Bytes by which a line may exceed the limit before it is split. */
const LONGEST_OVERSHOOT = 1 << 20;
/** Seconds until a failed rotation is retried. */
const PAUSE = 1;
const DAY = 86_400;

export interface RotationOptions {
  file: LogFile;
  clock: Clock;
  /** Bytes after which the file is rotated. */
  size: number | null;
  /** Seconds after which the file is rotated. */
  interval: number | null;
  /** Receives each rotated file, complete and closed. */
  archive: Pick<Archive, 'add' | 'warning'>;
  log(level: 'error' | 'warn', text: string): void;
}

/**
 * A file that is replaced by a new one when it becomes too large or too old. The old file is renamed, the new one
 * opened, and only then the old one closed: whatever fails, there is always a file to write to.
 */
export class RotatingFile implements Target {
  #warning: string | null = null;
  #lastName = { time: '', number: 0 };
  readonly #options: RotationOptions;
  #size = 0;
  #period = 0;
  #endsLine = true;
  #notBefore = 0;

  /** As that of the current file. */
  endsLine(): boolean {
    return this.#options.file.endsLine();
  }

  constructor(options: RotationOptions) {
    this.#options = options;
    this.#measure();
  }

  /** The current file; a rotation opens another one in it. */
  get file(): LogFile {
    return this.#options.file;
  }

  get path(): string {
    return this.#options.file.path;
  }

  get error(): unknown {
    return this.#options.file.error;
  }

  /** Whether there is nothing to rotate; a device has no size. */
  get isEmpty(): boolean {
    return this.file.stat().size === 0;
  }

  /** Has another run write to another file. */
  beginRun(): void {
    this.#rotate();
  }

  /** Why the last rotation or the archiving of its file failed, or null. */
  get warning(): string | null {
    return this.#warning ?? this.#options.archive.warning;
  }

  write(bytes: Buffer, start: number, end: number): number {
    const { file, clock } = this.#options;
    if (this.#isOld()) {
      if (this.#size > 0) this.#rotate();
      else this.#period = this.#periodOf(clock.wall());
    }
    for (let at = start; at < end; ) {
      const cut = this.#findCut(bytes, at, end);
      const reached = file.write(bytes, at, cut);
      this.#size += reached - at;
      if (reached > at) this.#endsLine = bytes[reached - 1] === NEWLINE;
      if (reached < cut || cut === end) return reached;
      at = cut;
      this.#rotate();
    }
    return end;
  }

  isRemoved(): boolean {
    return this.#options.file.isRemoved();
  }

  reopen(): void {
    this.#options.file.reopen();
    this.#measure();
  }

  close(): void {
    this.#options.file.close();
  }

  /** Returns the position up to which the current file gets the bytes: the end of the last line that fits. */
  #findCut(bytes: Buffer, start: number, end: number): number {
    const { size, clock } = this.#options;
    if (size === null || this.#size + (end - start) <= size || clock.now() < this.#notBefore) return end;
    const room = Math.max(0, size - this.#size);
    const newline = room === 0 ? -1 : bytes.lastIndexOf(NEWLINE, start + room - 1);
    if (newline >= start) return newline + 1;
    if (this.#endsLine && this.#size > 0) return start;
    // A line that fits into no file, or that is partly written, continues to its end.
    const next = bytes.indexOf(NEWLINE, start);
    const most = Math.max(0, size + LONGEST_OVERSHOOT - this.#size);
    return Math.min(next < 0 || next >= end ? end : next + 1, start + most);
  }

  #isOld(): boolean {
    const { interval, clock } = this.#options;
    if (interval === null || clock.now() < this.#notBefore) return false;
    return this.#periodOf(clock.wall()) > this.#period;
  }

  #rotate(): void {
    const { file, clock, archive, log } = this.#options;
    const { path } = file;
    const pending = this.#nameArchive();
    let folder: PinnedFolder | null = null;
    let putBack = () => {};
    try {
      // Whoever can replace the folder must not choose what is renamed.
      folder = pinFolder(dirname(resolve(path)), mayMislead());
      const [place, aside] = [folder.at(basename(path)), folder.at(basename(pending))];
      // Another process may have rotated the file just now.
      const isSameFile = isSame(place, file);
      if (isSameFile) renameSync(place, aside);
      if (isSameFile) putBack = () => moveBack(aside, place);
      this.reopen();
      this.#warning = null;
      if (isSameFile) archive.add(pending);
    } catch (error) {
      this.#notBefore = clock.now() + PAUSE;
      const warning = `cannot rotate ${path}: ${describeReason(error)}`;
      if (warning !== this.#warning) log('error', warning);
      this.#warning = warning;
      putBack();
    } finally {
      folder?.close();
    }
  }

  /** Returns a name such as `app.log.2026-11-20T224654-01.pending`; such names sort by time. */
  #nameArchive(): string {
    const { file, clock } = this.#options;
    const time = formatLocalTime(clock.wall()).replaceAll(':', '');
    // Reusing the name of a file that has since been removed would sort the new file before older ones.
    if (time !== this.#lastName.time) this.#lastName = { time, number: 0 };
    for (;;) {
      this.#lastName.number += 1;
      const name = `${file.path}.${time}-${String(this.#lastName.number).padStart(2, '0')}`;
      if (!['', '.gz', PENDING].some(suffix => existsSync(name + suffix))) return name + PENDING;
    }
  }

  #measure(): void {
    const { file, clock } = this.#options;
    const stats = file.stat();
    this.#size = stats.isFile() ? stats.size : 0;
    this.#endsLine = true;
    this.#period = this.#periodOf(this.#size > 0 ? stats.mtimeMs / 1000 : clock.wall());
  }

  /** Days begin at midnight, local time; shorter intervals are counted from there. */
  #periodOf(wall: number): number {
    const { interval } = this.#options;
    const local = wall + zoneOffset(wall);
    const span = interval ?? DAY;
    const day = Math.floor(local / DAY);
    if (span >= DAY) return Math.floor(local / span);
    return day * Math.ceil(DAY / span) + Math.floor((local % DAY) / span);
  }
}

function isSame(path: string, file: LogFile): boolean {
  const [named, open] = [statSync(path, { throwIfNoEntry: false }), file.stat()];
  return named !== undefined && named.ino === open.ino && named.dev === open.dev;
}

function moveBack(aside: string, place: string): void {
  try {
    if (!existsSync(place)) renameSync(aside, place);
  } catch {
    // Writing continues under the new name; the next rotation creates a new file.
  }
}
