import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type EndRecord, isEnd, MOST_ENDS } from '../protocol/history';
import { errorCode } from '../system/errors';
import { writePrivateFile } from '../system/files';
import { pinFolder } from '../system/trust/pinned-path';
import { readPlainFile } from './state-file';

/*
 * The last ends of the program, one line of JSON each. A line is only ever appended; when there are too many, the file is
 * replaced by its last lines. Lines that are torn, or not from zd, are ignored.
 */

const NAME = 'history';
/** Bytes. The lines of 100 ends, with the longest output. */
const LARGEST = 4 << 20;
/** Lines at which the file is replaced by the last ones. */
const MOST_LINES = 2 * MOST_ENDS;
const NOTHING: HistoryReading = { ends: [], lines: 0, isTorn: false };

export interface HistoryReading {
  ends: EndRecord[];
  /** Lines in the file, with those that are ignored. */
  lines: number;
  /** Whether the file ends within a line. */
  isTorn: boolean;
}

/**
 * Reads the history of a state folder, by the rules for its other files: only the folder's owner or root can have written
 * it.
 *
 * @param folder the state folder
 * @returns no ends if the file does not exist or is not to be trusted
 */
export function readHistory(folder: string): HistoryReading {
  try {
    const pinned = pinFolder(resolve(folder), () => false);
    try {
      return readHistoryAt(pinned.at('.'), pinned.stats.uid);
    } finally {
      pinned.close();
    }
  } catch {
    return NOTHING;
  }
}

/** The same for a folder that nobody can replace meanwhile. @param owner of the folder */
export function readHistoryAt(place: string, owner: number): HistoryReading {
  try {
    return parseHistory(readPlainFile(join(place, NAME), owner, LARGEST));
  } catch {
    return NOTHING;
  }
}

/** @param text of the file */
export function parseHistory(text: string): HistoryReading {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const ends = [...lines, rest].flatMap(line => {
    try {
      const end: unknown = JSON.parse(line);
      return isEnd(end) ? [end] : [];
    } catch {
      return [];
    }
  });
  return { ends: ends.slice(-MOST_ENDS), lines: lines.length, isTorn: rest !== '' };
}

/**
 * Appends ends to the file, or replaces it once it has too many lines.
 *
 * @param folder a folder that only this user can write to
 * @param ends to append
 * @param known what was read, or null; after this call, only the number of its lines is of use
 * @returns the number of lines in the file
 * @throws the system's error
 */
export function appendHistory(
  folder: string,
  ends: readonly EndRecord[],
  known: Pick<HistoryReading, 'lines' | 'isTorn'>,
): number {
  const path = join(folder, NAME);
  const text = ends.map(end => `${JSON.stringify(end)}\n`).join('');
  if (known.lines + ends.length > MOST_LINES) {
    const kept = [...readHistoryAt(folder, process.geteuid?.() ?? 0).ends, ...ends].slice(-MOST_ENDS);
    writePrivateFile(`${path}.new`, kept.map(end => `${JSON.stringify(end)}\n`).join(''));
    renameSync(`${path}.new`, path);
    return kept.length;
  }
  const fd = openForAppend(path);
  try {
    const bytes = Buffer.from(known.isTorn ? `\n${text}` : text);
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  } finally {
    closeSync(fd);
  }
  return known.lines + ends.length;
}

/** Whatever else has that name, such as a symlink, is replaced. */
function openForAppend(path: string): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  const open = () => openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  let fd: number;
  try {
    fd = open();
    const found = fstatSync(fd);
    if (found.isFile() && found.nlink === 1) return fd;
    closeSync(fd);
  } catch (error) {
    if (!['ELOOP', 'EISDIR', 'ENXIO'].includes(errorCode(error))) throw error;
  }
  writePrivateFile(path, '');
  return open();
}
