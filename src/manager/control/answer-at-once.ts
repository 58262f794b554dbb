import { readSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { LONGEST_REQUEST } from '../../protocol/messages';
import { describeReason, errorCode } from '../../system/errors';
import type { Answer, ConnectionOptions } from './connection';

const NEWLINE = 0x0a;
const buffer = Buffer.alloc(LONGEST_REQUEST);

/**
 * Serves a client whose whole request is there when it is accepted, which is the rule: one read, one answer and one
 * write, without the streams, listeners and timers of a connection that lasts. It is worth a fifth of the requests a
 * second.
 *
 * @param socket accepted, not read yet
 * @returns `answered`; `nothing yet`, to be tried again or left to a connection; `begun` when only a connection can go
 *   on; or the answer that it has to send or wait for
 */
export function answerAtOnce(
  socket: Socket,
  { answer, replyFailed }: ConnectionOptions,
): 'answered' | 'nothing yet' | 'begun' | Promise<Answer> | Answer {
  const fd = descriptorOf(socket);
  if (fd === null) return 'begun';
  const line = readLineAtOnce(socket, fd);
  if (typeof line !== 'string') return line.state;
  try {
    const answered = answer(line);
    if (answered instanceof Promise || answered.more) return answered;
    const rest = sendAtOnce(fd, answered.text);
    if (rest !== '') return { text: rest, more: false };
  } catch (error) {
    replyFailed(describeReason(error));
  }
  socket.destroy();
  return 'answered';
}

/** @returns what did not fit */
function sendAtOnce(fd: number, text: string): string {
  if (text === '') return '';
  const sent = writeSync(fd, text);
  return sent >= Buffer.byteLength(text) ? '' : Buffer.from(text).toString('utf8', sent);
}

/** Node keeps it private; versions 20 to 26 have it there. Where it is not, every request goes the usual way. */
function descriptorOf(socket: Socket): number | null {
  const { fd = -1 } = (socket as Socket & { _handle?: { fd?: number } })._handle ?? {};
  return fd < 0 ? null : fd;
}

/** What is anything but one whole line goes back to the stream, for a connection to read. */
function readLineAtOnce(socket: Socket, fd: number): string | { state: 'nothing yet' | 'begun' } {
  try {
    const length = readSync(fd, buffer);
    if (length > 0 && buffer.indexOf(NEWLINE) === length - 1) return buffer.toString('utf8', 0, length - 1);
    if (length > 0) socket.unshift(Buffer.from(buffer.subarray(0, length)));
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return { state: 'nothing yet' };
    // Any other error is met again by the stream, which knows what to do.
    if (errorCode(error) === '') throw error;
  }
  return { state: 'begun' };
}
