import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeReason, errorCode } from '../../system/errors';
import { isPassing } from './names';

/** More are not watched: each of them is looked at again and again. */
export const MOST_FILES = 10_000;
/** Bytes: of a larger file, size and time decide, because reading it would take seconds. */
const LARGEST = 64 * 1024 ** 2;
const CHUNK = 256 * 1024;
/** Seconds: file systems count time in steps of up to two seconds, within which a change does not show. */
const COARSEST_STEP = 2;
/** A file that is written all the time is read no more often in one look. */
const MOST_TRIES = 3;

export interface WatchedFile {
  /** Which file it is, and when it was written; with the same stamp, the content is the same. */
  stamp: string;
  digest: string;
  /** When it was last written, or another file was put in its place; seconds since 1970. */
  writtenAt: number;
  /** It was written so recently that the next change may leave the stamp as it is. */
  isFresh: boolean;
}

/** What is there at one moment. */
export interface Scan {
  /** Absolute paths. */
  files: Map<string, WatchedFile>;
  /** The folders that are watched, with all folders below. */
  folders: string[];
  /** The given paths that are not there, or cannot be read, with the reason. */
  missing: Map<string, string>;
  /** Whether there are more files than are watched. */
  isCut: boolean;
}

/** Reads the files at some paths; of what has not changed, only the stamp. */
export class WatchedTree {
  readonly #paths: readonly string[];
  readonly #isOwn: (path: string) => boolean;
  readonly #wall: () => number;
  #known = new Map<string, WatchedFile>();

  /**
   * @param paths absolute; of files, which always count, and of folders
   * @param isOwn tells which files in folders are zd's own
   * @param wall seconds since 1970
   */
  constructor(paths: readonly string[], isOwn: (path: string) => boolean, wall: () => number) {
    this.#paths = paths;
    this.#isOwn = isOwn;
    this.#wall = wall;
  }

  async scan(): Promise<Scan> {
    const scan: Scan = { files: new Map(), folders: [], missing: new Map(), isCut: false };
    for (const path of this.#paths) {
      try {
        const found = await stat(path);
        if (found.isDirectory()) await this.#scanFolder(path, scan);
        else if (found.isFile()) await this.#scanFile(path, scan);
        else scan.missing.set(path, 'it is neither a file nor a folder');
      } catch (error) {
        scan.missing.set(path, describeReason(error));
      }
    }
    this.#known = scan.files;
    return scan;
  }

  /** Skips files that are removed during the scan or cannot be read. */
  async #scanFolder(folder: string, scan: Scan): Promise<void> {
    scan.folders.push(folder);
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (isPassing(entry.name) || this.#isOwn(path)) continue;
      if (scan.files.size + scan.folders.length >= MOST_FILES) {
        scan.isCut = true;
        return;
      }
      try {
        if (entry.isDirectory()) await this.#scanFolder(path, scan);
        else if (entry.isFile() || entry.isSymbolicLink()) await this.#scanFile(path, scan);
      } catch (error) {
        if (!UNREADABLE.includes(errorCode(error))) throw error;
      }
    }
  }

  async #scanFile(path: string, scan: Scan): Promise<void> {
    for (let tries = 1; ; tries++) {
      const { stamp, writtenAt, isFile } = await readStamp(path);
      if (!isFile) return;
      const isFresh = this.#wall() - writtenAt < COARSEST_STEP;
      const known = this.#known.get(path);
      const isKnown = known && known.stamp === stamp && !known.isFresh;
      const digest = isKnown ? known.digest : await readDigest(path);
      if (digest === null) return;
      // The content must be that of the stamp, not what was written in between.
      if (!isKnown && tries < MOST_TRIES && (await readStamp(path)).stamp !== stamp) continue;
      scan.files.set(path, { stamp, digest, writtenAt, isFresh });
      return;
    }
  }
}

async function readStamp(path: string): Promise<{ stamp: string; writtenAt: number; isFile: boolean }> {
  const found = await stat(path, { bigint: true });
  const { dev, ino, size, mtimeNs, ctimeNs } = found;
  const newest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return {
    stamp: [dev, ino, size, mtimeNs, ctimeNs].join(':'),
    writtenAt: Number(newest / 1000n) / 1e6,
    isFile: found.isFile(),
  };
}

const UNREADABLE = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'EINVAL', 'EIO', 'ESTALE'];

/**
 * A short text that stands for the content of a file.
 *
 * @param path of a regular file; a FIFO in its place does not block
 * @returns null if it is not a regular file any more
 * @throws the system's error
 */
export async function readDigest(path: string): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile()) return null;
    if (found.size > LARGEST) return `${found.size}:${found.mtimeMs}`;
    const hash = createHash('sha1');
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, found.size + 1));
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest('base64');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
