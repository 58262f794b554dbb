import type { Timestamps } from '../../../settings/settings';
import { type Clock, formatIsoTime } from '../../../system/clock';

const NEWLINE = 0x0a;
/** Stamped bytes are passed on in pieces of this size, so that memory use is constant. */
const PIECE = 128 << 10;

/** Consumes the bytes from `start` to `end`; it must not keep a reference to the buffer. */
export type Consume = (bytes: Buffer, start: number, end: number) => void;

/**
 * Puts the time in front of each line. It processes bytes, not characters: only a newline ends a line, so a chunk may
 * end anywhere in a line, even within a character.
 */
export class Stamper {
  /** Whether the next byte begins a line. */
  atLineStart = true;
  readonly #clock: Clock;
  readonly #format: Exclude<Timestamps, 'off'>;
  readonly #piece = Buffer.allocUnsafeSlow(PIECE);

  constructor(format: Exclude<Timestamps, 'off'>, clock: Clock) {
    this.#format = format;
    this.#clock = clock;
  }

  /** Passes on a chunk with stamps; all its lines get the same time. */
  pass(bytes: Buffer, start: number, end: number, consume: Consume): void {
    const stamp = Buffer.from(this.stamp(), 'latin1');
    const piece = this.#piece;
    let filled = 0;
    let at = start;
    while (at < end) {
      const newline = bytes.indexOf(NEWLINE, at);
      const stop = newline < 0 || newline >= end ? end : newline + 1;
      if (filled + stamp.length > PIECE) {
        consume(piece, 0, filled);
        filled = 0;
      }
      if (this.atLineStart) filled += stamp.copy(piece, filled);
      this.atLineStart = stop - 1 === newline;
      while (at < stop) {
        const copied = bytes.copy(piece, filled, at, stop);
        at += copied;
        filled += copied;
        if (at === stop) break;
        consume(piece, 0, filled);
        filled = 0;
      }
    }
    if (filled > 0) consume(piece, 0, filled);
  }

  /** Returns the stamp for a line that arrives now, including the trailing space. */
  stamp(): string {
    const now = this.#clock.wall();
    return `${this.#format === 'iso' ? formatIsoTime(now) : now.toFixed(3)} `;
  }
}
