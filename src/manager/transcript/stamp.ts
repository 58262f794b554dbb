import type { Timestamps } from '../../settings/settings';
import { type Clock, formatIsoTime } from '../../system/clock';

const NEWLINE = 0x0a;
/** Stamped bytes are passed on in pieces of this size, so that memory stays flat whatever comes. */
const PIECE = 128 << 10;

/** Takes the bytes from `start` to `end`; it may not keep the buffer. */
export type Take = (bytes: Buffer, start: number, end: number) => void;

/**
 * Puts the time in front of each line. It sees bytes, not characters: only a newline ends a line, so lines may be cut
 * anywhere between two chunks, within a character too.
 */
export class Stamper {
  /** The next byte begins a line. */
  atLineStart = true;
  readonly #clock: Clock;
  readonly #way: Exclude<Timestamps, 'off'>;
  readonly #piece = Buffer.allocUnsafeSlow(PIECE);

  constructor(way: Exclude<Timestamps, 'off'>, clock: Clock) {
    this.#way = way;
    this.#clock = clock;
  }

  /** Passes a chunk on with its stamps; all its lines arrived at the same moment. */
  pass(bytes: Buffer, start: number, end: number, take: Take): void {
    const stamp = Buffer.from(this.stamp(), 'latin1');
    const piece = this.#piece;
    let filled = 0;
    let at = start;
    while (at < end) {
      const newline = bytes.indexOf(NEWLINE, at);
      const stop = newline < 0 || newline >= end ? end : newline + 1;
      if (filled + stamp.length > PIECE) {
        take(piece, 0, filled);
        filled = 0;
      }
      if (this.atLineStart) filled += stamp.copy(piece, filled);
      this.atLineStart = stop - 1 === newline;
      while (at < stop) {
        const copied = bytes.copy(piece, filled, at, stop);
        at += copied;
        filled += copied;
        if (at === stop) break;
        take(piece, 0, filled);
        filled = 0;
      }
    }
    if (filled > 0) take(piece, 0, filled);
  }

  /** What stands before a line that arrives now, its space included. */
  stamp(): string {
    const now = this.#clock.wall();
    return `${this.#way === 'iso' ? formatIsoTime(now) : now.toFixed(3)} `;
  }
}
