import { fstatSync, readdirSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { LogRotation, When } from '../../settings/event-log-settings';
import { strftime } from '../../settings/log-format/strftime';
import { toDate } from '../../system/clock';
import { isTaken } from '../../system/files';
import { type PinnedFolder, pinFolder } from '../../system/trust/pinned-path';
import { mayMislead } from '../../system/trust/root';
import type { Rotation } from './target';

/**
 * Makes the rotation of one file, with the names of Python's logging: `app.log.1` is the newest, or `app.log.2026-11-20`
 * has the records of that day.
 */
export function makeRotation(rotation: LogRotation): Rotation {
  return 'size' in rotation ? new BySize(rotation) : new ByTime(rotation);
}

class BySize implements Rotation {
  readonly #size: number;
  readonly #keep: number;

  constructor({ size, keep }: { size: number; keep: number }) {
    this.#size = size;
    this.#keep = keep;
  }

  rotate(path: string, fd: number, { bytes }: { bytes: number }): boolean {
    const { size } = fstatSync(fd);
    if (size === 0 || size + bytes < this.#size) return false;
    return inFolder(path, fd, (folder, name) => {
      for (let number = this.#keep - 1; number >= 1; number--) {
        const older = folder.at(`${name}.${number}`);
        if (isTaken(older)) renameSync(older, folder.at(`${name}.${number + 1}`));
      }
      renameSync(folder.at(name), folder.at(`${name}.1`));
    });
  }
}

class ByTime implements Rotation {
  readonly #when: When;
  readonly #every: number;
  readonly #keep: number;
  /** When the current file is too old, in seconds since 1970; null until the file was looked at. */
  #due: number | null = null;

  constructor({ when, every, keep }: { when: When; every: number; keep: number }) {
    this.#when = when;
    this.#every = every;
    this.#keep = keep;
  }

  rotate(path: string, fd: number, { time }: { time: number }): boolean {
    if (this.#due === null) {
      const { size, mtimeMs } = fstatSync(fd);
      this.#due = this.#dueAfter(size > 0 ? mtimeMs / 1000 : time);
    }
    if (time < this.#due) return false;
    const start = shift(this.#due, this.#when, -this.#every);
    const { size } = fstatSync(fd);
    this.#due = this.#dueAfter(time);
    if (size === 0) return false;
    return inFolder(path, fd, (folder, name) => {
      const rotated = folder.at(`${name}.${strftime(start, suffixOf(this.#when))}`);
      // The records of two managers belong to one interval: they stay together until the next one.
      if (isTaken(rotated)) return;
      renameSync(folder.at(name), rotated);
      this.#prune(folder, name);
    });
  }

  /** As Python does it: a weekday ends with its midnight. */
  #dueAfter(time: number): number {
    if (!isByDay(this.#when)) return shift(time, this.#when, this.#every);
    const midnight = toDate(time);
    const weekday = Number(this.#when.slice(1));
    const days = this.#when === 'MIDNIGHT' ? 0 : (weekday - ((midnight.getDay() + 6) % 7) + 7) % 7;
    midnight.setHours(24, 0, 0, 0);
    midnight.setDate(midnight.getDate() + days);
    return shift(midnight.getTime() / 1000, this.#when, this.#every - 1);
  }

  #prune(folder: PinnedFolder, name: string): void {
    const pattern = SUFFIX_PATTERNS[suffixOf(this.#when)]!;
    const rotated = readdirSync(folder.at('.')).filter(
      file => file.startsWith(`${name}.`) && pattern.test(file.slice(name.length + 1)),
    );
    for (const file of rotated.sort().slice(0, -this.#keep)) unlinkSync(folder.at(file));
  }
}

const SECONDS: Record<string, number> = { S: 1, M: 60, H: 3600, D: 86_400 };

/** Days and weeks are those of the calendar: one has 23 or 25 hours where the clock is changed. */
function shift(time: number, when: When, count: number): number {
  if (!isByDay(when)) return time + count * SECONDS[when]!;
  const date = toDate(time);
  date.setDate(date.getDate() + count * (when === 'MIDNIGHT' ? 1 : 7));
  return date.getTime() / 1000;
}

function isByDay(when: When): boolean {
  return when === 'MIDNIGHT' || when.startsWith('W');
}

function suffixOf(when: When): string {
  return { S: '%Y-%m-%d_%H-%M-%S', M: '%Y-%m-%d_%H-%M', H: '%Y-%m-%d_%H' }[when as string] ?? '%Y-%m-%d';
}

const SUFFIX_PATTERNS: Record<string, RegExp> = {
  '%Y-%m-%d_%H-%M-%S': /^\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d$/,
  '%Y-%m-%d_%H-%M': /^\d{4}-\d\d-\d\d_\d\d-\d\d$/,
  '%Y-%m-%d_%H': /^\d{4}-\d\d-\d\d_\d\d$/,
  '%Y-%m-%d': /^\d{4}-\d\d-\d\d$/,
};

/**
 * Rotates in a folder that nobody can replace meanwhile.
 *
 * @returns true: there is a new file to open, also if another process has renamed the file already
 */
function inFolder(path: string, fd: number, rename: (folder: PinnedFolder, name: string) => void): boolean {
  const folder = pinFolder(dirname(resolve(path)), mayMislead());
  try {
    const name = basename(path);
    const [named, open] = [statSync(folder.at(name), { throwIfNoEntry: false }), fstatSync(fd)];
    if (open.isFile() && named?.ino === open.ino && named.dev === open.dev) rename(folder, name);
    return open.isFile();
  } finally {
    folder.close();
  }
}
