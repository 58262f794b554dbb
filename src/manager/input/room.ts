import { Socket } from 'node:net';
import type { Clock } from '../../system/clock';
import type { Interruption } from './holder';

/** Bytes that a FIFO takes together or not at all (PIPE_BUF). */
export const PIECE = 4096;

/**
 * Writes a piece as soon as a FIFO has room for it. Room is an event only for a stream, which gets an end of its own: the
 * piece is still unwritten when that is closed early.
 *
 * @param fd an end for writing that does not block; closed in the end
 * @param piece at most `PIECE` bytes
 * @returns `done` resolves with null when it is written; `end` gives up
 */
export function writeWhenRoom(
  fd: number,
  piece: Buffer,
  { until, clock }: { until: number; clock: Clock },
): { done: Promise<Interruption | 'full' | null>; end(why: Interruption): void } {
  let settle: (why: Interruption | 'full' | null) => void = () => {};
  const done = new Promise<Interruption | 'full' | null>(resolve => {
    const stream = new Socket({ fd, readable: false, writable: true });
    settle = why => {
      cancel();
      stream.destroy();
      resolve(why);
    };
    const cancel = clock.after(until - clock.now(), () => settle('full'));
    stream.on('error', () => settle('closed'));
    stream.write(piece, error => error ?? settle(null));
  });
  return { done, end: settle };
}
