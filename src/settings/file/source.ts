import { closeSync, constants, fstatSync, readFileSync } from 'node:fs';
import { strip } from '../../system/blanks';
import { describeReason } from '../../system/errors';
import { openExamined } from '../../system/files';
import { identityOf } from '../../system/trust/trusted-file';
import { columnOf, errorAt } from '../faults';

/** A configuration file as lines. */
export interface Source {
  /** The file as the user wrote it, for errors and origins. */
  file: string;
  /** Its absolute path. */
  path: string;
  /** Which file was read: see `identityOf`. */
  identity: string;
  /** The lines without line ends, with unchanged white space. */
  lines: string[];
}

/** A line that is neither empty nor a comment. */
export interface Line {
  /** Without outer white space. */
  text: string;
  /** As in the file. */
  raw: string;
  /** `app.conf:4`. */
  origin: string;
}

/**
 * Reads a file and rejects text that the program could not receive unchanged: invalid UTF-8, NUL, and a carriage return
 * inside a line.
 *
 * @param file as the user wrote it
 * @param path its absolute path
 * @param isFound zd has found the file in a folder, and nobody has named it: a FIFO there would keep it waiting for ever
 * @returns its lines, without a byte-order mark and the CR of CRLF
 * @throws UsageError `app.conf:4:7: ...`; without a line if the file cannot be read
 */
export function readSource(file: string, path: string, isFound = false): Source {
  const { bytes, identity } = readBytes(file, path, undefined, isFound);
  const text = decodeText(file, bytes);
  const lines = text.split('\n').map(line => line.replace(/\r$/, ''));
  for (const [index, line] of lines.entries()) refuseControls(file, index + 1, line);
  return { file, path, identity, lines };
}

/**
 * Iterates over the lines that are neither empty nor comments.
 *
 * @param source the file
 * @param comments characters that start a comment line
 */
export function* meaningfulLines(source: Source, comments: string): Generator<Line> {
  for (const [index, raw] of source.lines.entries()) {
    const text = strip(raw);
    if (text !== '' && !comments.includes(text.charAt(0))) {
      yield { text, raw, origin: `${source.file}:${index + 1}` };
    }
  }
}

/** Removes only outer spaces and tabs: in an INI file, a no-break space is part of the value. */
export function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charAt(start))) start += 1;
  while (end > start && isBlank(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** The column where `value`, the tail of a line, begins. */
export function columnOfTail(raw: string, value: string): number {
  return columnOf(raw, value === '' ? raw.length : raw.lastIndexOf(value));
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t';
}

/**
 * Reads a file. Rejects devices, because reading /dev/zero would never end. A pipe (`-C /dev/stdin`) is allowed.
 *
 * @param file as the user wrote it
 * @param path its absolute path
 * @param read takes the content from the descriptor
 * @param refusesPipes whether only a regular file is allowed
 * @throws UsageError without a line
 */
export function readBytes(
  file: string,
  path: string,
  read: (fd: number) => Buffer = fd => readFileSync(fd),
  refusesPipes = false,
): { bytes: Buffer; identity: string } {
  try {
    const fd = openExamined(path, constants.O_RDONLY, stats => {
      if (stats.isDirectory()) throw errorAt(`cannot read ${file}`, 'it is a directory; name a file');
      if (!stats.isFile() && (refusesPipes || !stats.isFIFO()))
        throw errorAt(`cannot read ${file}`, 'it is not a regular file');
    });
    try {
      return { bytes: read(fd), identity: identityOf(fstatSync(fd)) };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw errorAt(`cannot read ${file}`, `${describeReason(error)}; check its name and permissions`);
  }
}

/**
 * Decodes a file, without a byte-order mark.
 *
 * @throws UsageError `app.conf:4:7: ...` for invalid UTF-8
 */
export function decodeText(file: string, bytes: Buffer): string {
  const text = new TextDecoder().decode(bytes);
  refuseInvalidUtf8(file, bytes, text);
  return text;
}

/** The first U+FFFD in the decoded text that the file does not contain marks the invalid bytes. */
function refuseInvalidUtf8(file: string, bytes: Buffer, text: string): void {
  let offset = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let last = 0;
  for (const { index } of text.matchAll(/\ufffd/g)) {
    offset += Buffer.byteLength(text.slice(last, index));
    if (bytes.toString('hex', offset, offset + 3) !== 'efbfbd') {
      const before = text.slice(0, index).split('\n');
      const line = before.at(-1)!;
      throw errorAt(
        `${file}:${before.length}:${columnOf(line, line.length)}`,
        'invalid UTF-8; save the file as UTF-8',
      );
    }
    offset += 3;
    last = index + 1;
  }
}

function refuseControls(file: string, number: number, line: string): void {
  const index = line.search(REFUSED);
  if (index < 0) return;
  const name = line[index] === '\0' ? 'a NUL character' : 'a carriage return inside the line';
  throw errorAt(`${file}:${number}:${columnOf(line, index)}`, `there is ${name}; remove it`);
}

const REFUSED = /[\0\r]/;
