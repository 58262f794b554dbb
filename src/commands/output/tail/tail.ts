import { closeSync, constants, type Stats } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../../system/clock';
import { nameDescriptor } from '../../../system/descriptors';
import { describeReason, errorCode, UserError } from '../../../system/errors';
import { openExamined } from '../../../system/files';
import { type User, withRightsOf } from '../../../system/users';
import { Bell, watchPaths } from './bell';
import { findLastLines } from './last-lines';
import { TailOutput, type Writer } from './output';
import { findSince } from './since';

export interface TailOptions {
  path: string;
  /** The user with whose rights root opens it, or null. */
  limits?: User | null;
  /** Number of last lines to print first. */
  lines?: number;
  /** Begin with the first line whose time is not before this instead; seconds since 1970. */
  since?: number | null;
  /** Print what is appended, until `signal` aborts. */
  follow: boolean;
  /** Write the bytes unchanged, even if they are dangerous to a terminal. */
  raw: boolean;
  write: Writer;
  signal: AbortSignal;
  clock: Clock;
  /** With `follow`: called when what was there at the beginning is printed. */
  caughtUp?(): void;
}

const DEFAULT_LINES = 10;
const BLOCK = 64 * 1024;
/** Seconds between polls while the file is missing or the system cannot report changes. */
const POLL_S = 1;

/**
 * Prints the last lines of a file and, if asked, follows it by name through rotation (zdaemon's `logtail`).
 *
 * After a rename, the old file is read until the new one has content, because the program writes to the old one until
 * it reopens its log.
 *
 * @returns when everything is printed, or with `follow` when the signal aborts
 * @throws UserError when the file cannot be read; what `write` throws
 */
export async function tailFile(options: TailOptions): Promise<void> {
  const { path, follow, signal, clock, lines = DEFAULT_LINES, since = null, limits = null } = options;
  const output = new TailOutput(options);
  let file = await openFile(path, limits);
  const bell = new Bell(clock, signal);
  let folders = follow ? await watchFolders(path, bell) : null;
  let contents = follow ? watchPaths([path], bell) : null;
  try {
    const { size } = await file.handle.stat();
    file.position =
      since === null
        ? await findLastLines(file.handle, size, lines)
        : await findSince(file.handle, size, since);
    if (!follow) return await copy(file, output, signal, size);

    let missing = false;
    while (!signal.aborted) {
      if (missing) {
        // The folder itself may have been replaced.
        folders?.close();
        folders = await watchFolders(path, bell);
      }
      await copy(file, output, signal);
      options.caughtUp?.();
      if ((await file.handle.stat()).size < file.position) {
        await output.notice('==> File truncated <==');
        file.position = 0;
        continue;
      }
      const named = await statNamed(path);
      if (named !== null && named.size > 0 && !isSame(named, file)) {
        const next = await openFile(path, limits).catch(ignoreMissing);
        if (next === null) continue;
        await copy(file, output, signal);
        await file.handle.close();
        file = next;
        contents?.close();
        contents = watchPaths([path], bell);
        folders?.close();
        folders = await watchFolders(path, bell);
        continue;
      }
      missing = named === null;
      const blind = missing || !contents?.complete || !folders?.complete;
      await bell.wait(blind ? POLL_S : null);
    }
  } finally {
    folders?.close();
    contents?.close();
    await file.handle.close();
    await output.flush();
  }
}

interface OpenFile {
  handle: FileHandle;
  dev: number;
  ino: number;
  position: number;
}

/**
 * Opens a log.
 *
 * @param path of a regular file
 * @param limits see `TailOptions`
 * @returns a descriptor
 * @throws the system's error; an Error for another kind of file
 */
export function openLog(path: string, limits: User | null): number {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  const open = () => openExamined(path, constants.O_RDONLY | constants.O_NONBLOCK, refuseOtherKinds);
  return limits ? withRightsOf(limits, open) : open();
}

function refuseOtherKinds(stats: Stats): void {
  if (stats.isDirectory()) throw new Error('is a directory');
  if (!stats.isFile()) throw new Error('not a regular file');
}

async function openFile(path: string, limits: User | null): Promise<OpenFile> {
  let fd = -1;
  try {
    fd = openLog(path, limits);
    const handle = await open(nameDescriptor(fd, path), constants.O_RDONLY | constants.O_NONBLOCK);
    const { dev, ino } = await handle.stat();
    return { handle, dev, ino, position: 0 };
  } catch (error) {
    const fault = new UserError(`cannot read ${path}: ${describeReason(error)}`);
    fault.cause = error;
    throw fault;
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

/** The file may have been removed between the check and the opening. */
function ignoreMissing(fault: UserError): null {
  if (errorCode(fault.cause) === 'ENOENT') return null;
  throw fault;
}

async function statNamed(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch {
    return null;
  }
}

function isSame(stats: Stats, file: OpenFile): boolean {
  return stats.ino === file.ino && stats.dev === file.dev;
}

/** Watches the folder of the path and, if the path is a symlink, the folder of its target. */
async function watchFolders(path: string, bell: Bell) {
  const real = await realpath(path).catch(() => path);
  return watchPaths([...new Set([dirname(path), dirname(real)])], bell);
}

/** Copies from the file's position to its end, or to `limit`, one block at a time. */
async function copy(
  file: OpenFile,
  output: TailOutput,
  signal: AbortSignal,
  limit = Number.POSITIVE_INFINITY,
) {
  while (!signal.aborted && file.position < limit) {
    const size = Math.min(BLOCK, limit - file.position);
    const { bytesRead, buffer } = await file.handle.read(Buffer.allocUnsafe(size), 0, size, file.position);
    if (bytesRead === 0) return;
    file.position += bytesRead;
    await output.write(buffer.subarray(0, bytesRead));
  }
}
