import { closeSync, readSync, writeSync } from 'node:fs';
import { HANDSHAKE_FD, type Handshake } from '../../protocol/launch-order';
import { errorCode } from '../../system/errors';

const CHUNK = 64 << 10;
let unread = '';

/**
 * Reads the next line of whoever started us, and waits for it: a manager that starts has nothing else to do.
 *
 * @returns the line, or null when the other side has closed the pipe
 */
export function readHandshakeLine(): string | null {
  const chunk = Buffer.alloc(CHUNK);
  while (!unread.includes('\n')) {
    const length = readAgain(chunk);
    if (length === 0) return null;
    // A line is JSON in ASCII, so no character can be cut in two.
    unread += chunk.toString('latin1', 0, length);
  }
  const end = unread.indexOf('\n');
  const line = unread.slice(0, end);
  unread = unread.slice(end + 1);
  return line;
}

/** Tells the other side; one that has left does not keep us from starting. */
export function answerHandshake(handshake: Handshake): void {
  try {
    writeSync(HANDSHAKE_FD, `${JSON.stringify(handshake)}\n`);
  } catch {
    // Nobody listens any more.
  }
}

/** Ends the talk. A launcher that heard of a failure waits for this, so it comes with our own end then. */
export function closeHandshake(): void {
  try {
    closeSync(HANDSHAKE_FD);
  } catch {
    // Closed before.
  }
}

function readAgain(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(HANDSHAKE_FD, chunk, 0, CHUNK, null);
    } catch (error) {
      if (errorCode(error) !== 'EINTR') return 0;
    }
  }
}
