import {
  closeSync,
  constants,
  createReadStream,
  createWriteStream,
  ftruncateSync,
  readdirSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Options, RotatingFileStream } from 'rotating-file-stream';
import { describeReason, errorCode } from '../../../system/errors';
import { writePrivateFile } from '../../../system/files';
import { openTrusted } from '../../../system/trust/open-trusted';
import { pinOwnFolder } from '../../../system/trust/own-folder';
import { type PinnedFolder, pinFolder } from '../../../system/trust/pinned-path';
import { mayMislead } from '../../../system/trust/root';
import type { Owner } from '../../../system/users';

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** The suffix of a rotated file that does not yet have its final name and form. */
export const PENDING = '.pending';

export interface ArchiveOptions {
  /** The transcript whose rotated files these are. */
  path: string;
  /** The number of rotated files to keep; 0 keeps all. */
  keep: number;
  /** The total bytes of rotated files to keep; null means no limit. */
  maxTotal: number | null;
  compress: boolean;
  /** The path of the file in which the library keeps its list. */
  list: string;
  /** The folder of the list may be another user's, also for root. */
  insecure?: boolean | undefined;
  log(level: 'error' | 'warn', text: string): void;
}

/**
 * Finishes rotated files: compresses them, gives them their final names and removes the oldest. rotating-file-stream
 * does the work, with a separate stream for each file. Output never passes through that library, because it discards
 * buffered data when a write fails. If anything fails here, the file stays as it is until the next attempt.
 */
export class Archive {
  /** How many attempts failed. */
  failures = 0;
  /** What is wrong, or null. */
  warning: string | null = null;
  readonly #options: ArchiveOptions;
  #queue: string[];
  #working: Promise<void> | null = null;

  /** Resumes the work that an earlier manager left unfinished. */
  constructor(options: ArchiveOptions) {
    this.#options = options;
    try {
      loadLibrary();
    } catch (error) {
      this.#fail(`cannot load what archives rotated files: ${describeReason(error)}`);
    }
    this.#queue = this.#list(dirname(options.path)).filter(name => name.endsWith(PENDING));
    this.#dropOldest();
    if (this.#queue.length > 0) void this.work();
  }

  add(pending: string): void {
    this.#queue.push(pending);
    this.#dropOldest();
    void this.work();
  }

  /** Works through the queue, one file after another. @returns resolves when done or failed; never rejects */
  work(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  /** A flood of output fills files faster than they are compressed: those that would be removed anyway go at once. */
  #dropOldest(): void {
    const { keep, compress } = this.#options;
    // The first one is being worked on.
    const first = this.#working ? 1 : 0;
    if (keep === 0 || this.#queue.length - first <= keep) return;
    for (const pending of this.#queue.splice(first, this.#queue.length - first - keep)) {
      try {
        const folder = pinFolder(dirname(pending), mayMislead());
        // An attempt that failed may have left a part of the compressed file.
        const part = compress ? [this.#nameFinal(pending)] : [];
        for (const name of [pending, ...part]) removeIfThere(folder.at(basename(name)));
        folder.close();
      } catch {
        // Without its folder, there is nothing left.
      }
    }
  }

  #nameFinal(pending: string): string {
    return pending.slice(0, -PENDING.length) + (this.#options.compress ? '.gz' : '');
  }

  async #work(): Promise<void> {
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      if (!(await this.#finish(next))) return;
      this.#queue.shift();
    }
  }

  /** @returns whether nothing is left to do with it */
  async #finish(pending: string): Promise<boolean> {
    let folder: PinnedFolder | null = null;
    let place = '';
    try {
      folder = pinFolder(dirname(pending), mayMislead());
      place = folder.at(basename(pending));
      if (isFilled(place)) await this.#archive(place, folder);
      this.warning = null;
      removeEmpty(place);
      return true;
    } catch (error) {
      this.#fail(`cannot archive ${pending}: ${describeReason(error)}`);
      // Without its folder, there is nothing left.
      if (place === '') return errorCode(error) === 'ENOENT';
      // Leave it for the next rotation, unless only the removal of old files failed.
      if (isFilled(place)) return false;
      removeEmpty(place);
      return true;
    } finally {
      folder?.close();
    }
  }

  #fail(problem: string): void {
    this.failures += 1;
    this.warning = problem;
    this.#options.log('error', problem);
  }

  /** The library reads and writes the list by its path, and removes the files that it names. */
  async #withList(use: (list: string) => Promise<void>): Promise<void> {
    const { list, insecure } = this.#options;
    const { place, close } = pinOwnFolder(dirname(list), insecure);
    try {
      await use(join(place, basename(list)));
    } finally {
      close();
    }
  }

  /**
   * The library knows files by their paths. Those of the held folder lead there alone: who can replace it must not choose
   * what is renamed or removed.
   */
  async #archive(pending: string, folder: PinnedFolder): Promise<void> {
    await this.#withList(async list => {
      const { compress } = this.#options;
      const last = this.#nameFinal(pending);
      // While the pending file exists, a file with the final name is the result of an interrupted compression.
      if (compress) removeIfThere(last);
      // Rebuild the list from the existing files: if the list was lost, the library would forget them.
      const finished = this.#list(folder.at('.')).filter(name => !name.endsWith(PENDING));
      writePrivateFile(list, `${finished.join('\n')}\n`);
      await this.#rotate(pending, last, list);
    });
  }

  async #rotate(pending: string, last: string, list: string): Promise<void> {
    const { keep, maxTotal, compress } = this.#options;
    const { mode, uid, gid } = statSync(pending);
    const options: Options = {
      // The file is already over this size, so the stream rotates it immediately.
      size: '1B',
      history: list,
      mode: mode & 0o777,
      ...(compress ? { compress: 'gzip' } : {}),
      ...(keep > 0 ? { maxFiles: keep } : {}),
      ...(maxTotal === null ? {} : { maxSize: `${maxTotal}B` }),
    };
    const { createStream } = loadLibrary();
    await rotateOnce(
      createStream(time => (time === null ? pending : last), options),
      { uid, gid },
    );
  }

  /** All rotated files in a folder, oldest first. */
  #list(folder: string): string[] {
    const { path } = this.#options;
    const prefix = `${basename(path)}.`;
    const form = /^(\d{4}-\d\d-\d\dT\d{6}-)(\d\d+)(\.gz|\.pending)?$/;
    // With more than 99 files in one second, the names alone do not sort in order.
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

/**
 * Only managers that rotate load it, but as they start: an upgrade of the installation may move the file, and rotated
 * files that nobody removes would fill the disk.
 */
function loadLibrary() {
  return require('rotating-file-stream') as typeof import('rotating-file-stream');
}

/**
 * Rotates the file of a stream. The library opens files by their paths; in a folder of another user these could lead
 * anywhere by now, so zd opens them for it.
 *
 * @param stream
 * @param owner of a compressed file
 * @returns resolves when everything is closed
 */
async function rotateOnce(stream: RotatingFileStream, owner: Owner): Promise<void> {
  const opened: Closable[] = [];
  const remember = <T extends Closable>(one: T) => {
    opened.push(one);
    return one;
  };
  // When a compression fails, the library does not close the files it was working on.
  Object.assign(stream, {
    fsCreateReadStream: (path: string) =>
      remember(createReadStream(path, { fd: openTrusted(path, O_RDONLY | O_NONBLOCK) })),
    fsCreateWriteStream: (path: string, { mode = null }: { mode?: number | null }) => {
      const fd = openTrusted(path, O_WRONLY | O_CREAT | O_NONBLOCK, { mode, owner });
      ftruncateSync(fd);
      return remember(createWriteStream(path, { fd }));
    },
    fsOpen: async (path: string) => openForLibrary(path),
    // The library would make a missing folder, and then open the file by itself.
    makePath: async (path: string) => {
      throw new Error(`${basename(path)} was removed meanwhile`);
    },
    async reopen(this: LibraryStream) {
      this.file = openForLibrary(this.filename);
      this.emit('open', this.filename);
    },
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

/** What the library keeps private. */
interface LibraryStream {
  file: unknown;
  filename: string;
  emit(event: 'open', path: string): void;
}

interface Closable {
  destroy(): unknown;
}

/** The library writes nothing to these files; it only creates and closes them. */
function openForLibrary(path: string): { close(): Promise<void> } {
  const fd = openTrusted(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY);
  return { close: async () => closeSync(fd) };
}

function isFilled(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** The library opens an empty file in place of the one that it has renamed. */
function removeEmpty(path: string): void {
  if (!isFilled(path)) removeIfThere(path);
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It did not exist, or the library reports why it cannot be used.
  }
}
