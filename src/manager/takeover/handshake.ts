import { closeSync, readSync, writeSync } from 'node:fs';
import { HANDSHAKE_FD, type Handshake } from '../../protocol/launch-order';
import { errorCode } from '../../system/errors';

const CHUNK = 64 << 10;
let unread = '';

/**
 * Reads the launcher's next line. It blocks, because a manager that is starting has nothing else to do.
 *
 * @returns the line, or null if the launcher has closed the pipe
 */
export function readHandshakeLine(): string | null {
  const chunk = Buffer.alloc(CHUNK);
  while (!unread.includes('\n')) {
    const length = readRetrying(chunk);
    if (length === 0) return null;
    // A line is JSON in ASCII, so a chunk cannot end within a character.
    unread += chunk.toString('latin1', 0, length);
  }
  const end = unread.indexOf('\n');
  const line = unread.slice(0, end);
  unread = unread.slice(end + 1);
  return line;
}

/** Writes an answer to the launcher; a launcher that has exited does not prevent the start. */
export function answerHandshake(handshake: Handshake): void {
  try {
    writeSync(HANDSHAKE_FD, `${JSON.stringify(handshake)}\n`);
  } catch {
    // The launcher has closed its end.
  }
}

/** Closes the pipe. After a failure the launcher waits for that; a manager that exits leaves closing to its exit. */
export function closeHandshake(): void {
  try {
    closeSync(HANDSHAKE_FD);
  } catch {
    // It was closed before.
  }
}

function readRetrying(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(HANDSHAKE_FD, chunk, 0, CHUNK, null);
    } catch (error) {
      if (errorCode(error) !== 'EINTR') return 0;
    }
  }
}
