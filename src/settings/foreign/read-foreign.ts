import { readSync } from 'node:fs';
import { columnOf, errorAt } from '../faults';
import { decodeText, readBytes } from '../file/source';

/** A file of another system as text. */
export interface ForeignText {
  /** Without a byte-order mark; line ends are as in the file. */
  text: string;
  /** Which file was read: see `identityOf`. */
  identity: string;
}

/**
 * Reads a regular file or FIFO of at most 1 MiB.
 *
 * @param file as the user wrote it, for messages
 * @param path its absolute path
 * @throws UsageError one sentence: not readable, too long, binary, or not UTF-8
 */
export function readForeignText(file: string, path: string): ForeignText {
  const { bytes, identity } = readBytes(file, path, fd => readBounded(fd, file));
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    const before = bytes.toString('utf8', 0, zero).split('\n');
    const line = before.at(-1) ?? '';
    throw errorAt(
      `${file}:${before.length}:${columnOf(line, line.length)}`,
      'there is a NUL character, so this is no text; name a configuration file',
    );
  }
  return { text: decodeText(file, bytes), identity };
}

const MOST = 1024 * 1024;

/** No more is read than is allowed: a FIFO need not have an end. */
function readBounded(fd: number, file: string): Buffer {
  const bytes = Buffer.alloc(MOST + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(fd, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
  }
  throw errorAt(`cannot read ${file}`, 'it is longer than 1 MiB; name a configuration file');
}
