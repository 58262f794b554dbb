import type { FileHandle } from 'node:fs/promises';
import { parseIsoTime } from '../../../system/clock';
import { UsageError, UserError } from '../../../system/errors';

const BLOCK = 64 * 1024;
const NEWLINE = 0x0a;
/** The maximum bytes of a time and the space after it. */
const LONGEST_TIME = 40;
const units = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Parses a point in time.
 *
 * @param text `10m` ago (s, m, h, d), seconds since 1970, or an ISO 8601 date, local unless it has an offset
 * @param now seconds since 1970
 * @returns seconds since 1970
 * @throws UsageError
 */
export function parseSince(text: string, now: number): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (unit) return now - Number(count) * units[unit as keyof typeof units];
  const time = readTime(text.replace(' ', 'T'));
  if (time !== null) return time;
  throw new UsageError(`--since takes a time such as 10m, 2h or 2026-11-20T22:46, not '${text}'`);
}

/**
 * Finds the first line whose time is not before `since`, by binary search: the file may have any size.
 *
 * @param handle of a file whose lines begin with their time, as with `transcript-timestamps`
 * @param size of the file, in bytes
 * @param since seconds since 1970
 * @returns the offset of the line; `size` when all lines are older
 * @throws UserError when no line begins with a time
 */
export async function findSince(handle: FileHandle, size: number, since: number): Promise<number> {
  let [low, high] = [0, size];
  let found: number | null = null;
  let seen = false;
  while (low < high) {
    const middle = high - low <= BLOCK ? low : low + Math.floor((high - low) / 2);
    const line = await findTimed(handle, middle, high);
    if (line === null) {
      if (middle === low) break;
      high = middle;
      continue;
    }
    seen = true;
    if (line.time >= since) {
      found = line.start;
      // No line in this half comes before it; the lines up to the middle remain to be searched.
      if (middle === low) break;
      high = middle;
    } else low = line.end;
  }
  if (!seen && size > 0) {
    throw new UserError('cannot search by time: no line begins with one; see transcript-timestamps');
  }
  return found ?? size;
}

/** The first line with a time among those that begin in a part of the file. */
async function findTimed(handle: FileHandle, from: number, until: number) {
  const block = Buffer.allocUnsafe(BLOCK);
  let atStart = from === 0 || (await readByte(handle, from - 1)) === NEWLINE;
  for (let at = from; at < until; ) {
    const { bytesRead } = await handle.read(block, 0, BLOCK, at);
    if (bytesRead === 0) return null;
    let start = atStart ? 0 : findEnd(block, 0, bytesRead);
    // A time that the end of the block may have cut is read with the next block.
    const last = bytesRead < BLOCK ? bytesRead : BLOCK - LONGEST_TIME;
    while (start < last && at + start < until) {
      const end = findEnd(block, start, bytesRead);
      const [word = ''] = block.toString('latin1', start, Math.min(start + LONGEST_TIME, end)).split(/[ \n]/);
      const time = readTime(word);
      if (time !== null) return { start: at + start, end: at + end, time };
      start = end;
    }
    if (start === bytesRead) atStart = block[bytesRead - 1] === NEWLINE;
    else atStart = true;
    at += start;
  }
  return null;
}

async function readByte(handle: FileHandle, at: number): Promise<number | undefined> {
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  return byte[0];
}

/** Where the line after this one begins. */
function findEnd(block: Buffer, start: number, length: number): number {
  const newline = block.indexOf(NEWLINE, start);
  return newline < 0 || newline >= length ? length : newline + 1;
}

function readTime(text: string): number | null {
  if (/^\d{9,11}(\.\d+)?$/.test(text)) return Number(text);
  return parseIsoTime(text);
}
