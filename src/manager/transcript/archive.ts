import { chownSync, createReadStream, createWriteStream, readdirSync, statSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Options, RotatingFileStream } from 'rotating-file-stream';
import { describeReason } from '../../system/errors';
import { writePrivateFile } from '../../system/files';

/** The end of the name of a rotated file that has not got its last name and form yet. */
export const PENDING = '.pending';

export interface ArchiveOptions {
  /** The transcript whose rotated files these are. */
  path: string;
  /** 0 = all. */
  keep: number;
  /** Bytes. */
  maxTotal: number | null;
  compress: boolean;
  /** A file of ours in which the library keeps its list. */
  list: string;
  log(level: 'error' | 'warn', text: string): void;
}

/**
 * Rotated files after they are complete: compresses them, gives them their last name and removes the oldest. This is
 * the work of rotating-file-stream, of which each file gets a stream of its own; output never goes through it, since it
 * forgets what is on its way when a write fails. Whatever fails here, the file stays as it is until the next time.
 */
export class Archive {
  /** How often it failed. */
  faults = 0;
  complaint: string | null = null;
  readonly #options: ArchiveOptions;
  #queue: string[];
  #working: Promise<void> | null = null;

  /** Takes up what a manager before us left undone. */
  constructor(options: ArchiveOptions) {
    this.#options = options;
    this.#queue = this.#list().filter(name => name.endsWith(PENDING));
    if (this.#queue.length > 0) void this.work();
  }

  add(pending: string): void {
    this.#queue.push(pending);
    void this.work();
  }

  /** Works through what waits, one after the other. @returns when it is done, or has failed; never rejects */
  work(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  async #work(): Promise<void> {
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      try {
        if (isFilled(next)) await this.#archive(next);
        this.complaint = null;
      } catch (error) {
        this.faults += 1;
        this.complaint = `cannot archive ${next}: ${describeReason(error)}`;
        this.#options.log('error', this.complaint);
        // Left for the next rotation, unless only the removal of old ones failed.
        if (isFilled(next)) return;
      }
      removeEmpty(next);
      this.#queue.shift();
    }
  }

  async #archive(pending: string): Promise<void> {
    const { keep, maxTotal, compress, list } = this.#options;
    const last = pending.slice(0, -PENDING.length) + (compress ? '.gz' : '');
    // As long as the pending file is there, another one of its name is what a compression that was cut short left.
    if (compress) removeIfThere(last);
    // The list is made anew from what is there: the library would forget the files of a list that was lost.
    const finished = this.#list().filter(name => !name.endsWith(PENDING));
    writePrivateFile(list, `${finished.join('\n')}\n`);
    const { mode, uid, gid } = statSync(pending);
    const options: Options = {
      // The file is over this size from the beginning, so the stream rotates it first of all.
      size: '1B',
      history: list,
      mode: mode & 0o777,
      ...(compress ? { compress: 'gzip' } : {}),
      ...(keep > 0 ? { maxFiles: keep } : {}),
      ...(maxTotal === null ? {} : { maxSize: `${maxTotal}B` }),
    };
    // Loaded only by those who rotate.
    const { createStream } = require('rotating-file-stream') as typeof import('rotating-file-stream');
    await rotateOnce(createStream(time => (time === null ? pending : last), options));
    if (compress && isFilled(last)) chownSync(last, uid, gid);
  }

  /** All rotated files, oldest first. */
  #list(): string[] {
    const { path } = this.#options;
    const folder = dirname(path);
    const prefix = `${basename(path)}.`;
    const form = /^(\d{4}-\d\d-\d\dT\d{6}-)(\d\d+)(\.gz|\.pending)?$/;
    // With more than 99 in one second the names alone are not in order.
    const orderOf = (name: string) =>
      name.slice(prefix.length).replace(form, (_, time, number) => time + number.padStart(9, '0'));
    try {
      return readdirSync(folder)
        .filter(name => name.startsWith(prefix) && form.test(name.slice(prefix.length)))
        .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
        .map(name => join(folder, name));
    } catch {
      return [];
    }
  }
}

/** Resolves when the stream has rotated its file and let everything go. */
async function rotateOnce(stream: RotatingFileStream): Promise<void> {
  const opened: Closable[] = [];
  const remember = <T extends Closable>(one: T) => {
    opened.push(one);
    return one;
  };
  // The library leaves the files open that it was working on when a compression fails.
  Object.assign(stream, {
    fsCreateReadStream: (path: string) => remember(createReadStream(path)),
    fsCreateWriteStream: (path: string, options: { mode: number }) =>
      remember(createWriteStream(path, options)),
  });
  try {
    await new Promise<void>((resolve, reject) => {
      stream.once('error', reject);
      stream.once('open', () => stream.end());
      stream.once('close', () => resolve());
    });
  } finally {
    for (const one of opened) one.destroy();
  }
}

interface Closable {
  destroy(): unknown;
}

function isFilled(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** The library opens an empty file in place of the one it has put away. */
function removeEmpty(path: string): void {
  if (!isFilled(path)) removeIfThere(path);
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was not there, or the library says why it cannot be used.
  }
}
