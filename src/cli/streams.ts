import { writeSync } from 'node:fs';
import { errorCode } from '../system/errors';

const opened = new Set<'stdout' | 'stderr'>();
let failure: unknown = null;

/**
 * Opens a standard stream. A reader that exits early, as in `zd show | head`, is not an error.
 *
 * @param name which
 */
export function openStandardStream(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
  const stream = process[name];
  if (!opened.has(name)) stream.on('error', error => name === 'stdout' && noteFailure(error));
  opened.add(name);
  return stream;
}

/**
 * Writes to standard output. Node needs milliseconds to create the stream, so the text goes straight to the descriptor
 * until something needs the stream.
 *
 * @param text with its newline
 */
export function writeStdout(text: string): void {
  let rest = Buffer.from(text);
  while (!opened.has('stdout') && rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      // The pipe is full and non-blocking, or its reader has exited: the stream handles both.
      if (!['EAGAIN', 'EPIPE'].includes(errorCode(error))) return noteFailure(error);
      openStandardStream('stdout');
    }
  }
  if (rest.length > 0) openStandardStream('stdout').write(rest);
}

/** What prevented output from being written, such as a full disk; null if nothing did. */
export function outputFailure(): unknown {
  return failure;
}

/** True if all output has been written, so that there is nothing to wait for. */
export function isAllWritten(): boolean {
  return opened.size === 0;
}

/** A reader that exits early has what it wanted. */
function noteFailure(error: unknown): void {
  if (errorCode(error) !== 'EPIPE') failure ??= error;
}
