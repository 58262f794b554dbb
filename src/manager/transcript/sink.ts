import type { WhenFull } from '../../settings/settings';
import { type Clock, formatLocalTime } from '../../system/clock';
import { describeReason, errorCode } from '../../system/errors';
import type { Stamper } from './stamp';
import { Store } from './store';
import type { Target } from './target';

/** Seconds between two attempts while the file cannot be written. */
const RETRY = 0.5;
/** The same where a reader is slow: it makes room at any moment. */
const BUSY_RETRY = 0.01;
/** Seconds between two looks, while output comes, whether the file is still there. */
const LOOK = 1;
const NEWLINE = 0x0a;

export interface SinkOptions {
  target: Target;
  clock: Clock;
  /** Bytes that may wait in memory. */
  limit: number;
  whenFull: WhenFull;
  stamper: Stamper | null;
  /** For the manager's own log. */
  log(level: 'error' | 'warn', text: string): void;
  /** There is room again after `isFull`. */
  onRoom(): void;
}

interface Gap {
  bytes: number;
  /** Seconds since 1970. */
  from: number;
  until: number;
}

/**
 * Where output goes: straight to its file as long as that works. While it does not, bytes wait in memory up to a
 * limit, then they are dropped and counted until all that waited is written; a line in the file then says how many
 * are missing between its neighbours. Nothing here throws or waits, but for `reopen`.
 */
export class Sink {
  /** Bytes that were dropped, ever. */
  lost = 0;
  /** Why the file cannot be written, null while it can. */
  trouble: string | null = null;
  /** The last byte that was taken, and not dropped, ended a line. */
  endsLine = true;
  /** The trouble was worth a record in the manager's own log. */
  #wasTold = false;
  readonly #options: SinkOptions;
  readonly #store = new Store();
  readonly #put = (bytes: Buffer, start: number, end: number) => this.#write(bytes, start, end);
  #gap: Gap | null = null;
  #nextLook = 0;
  #cancelRetry = () => {};

  constructor(options: SinkOptions) {
    this.#options = options;
  }

  /** Bytes that wait in memory. */
  get held(): number {
    return this.#store.size;
  }

  /** With `block`: no more output should be read until `onRoom`. */
  get isFull(): boolean {
    return this.#options.whenFull === 'block' && this.trouble !== null && this.held >= this.#options.limit;
  }

  write(bytes: Buffer, start: number, end: number): void {
    const { stamper } = this.#options;
    if (stamper) stamper.pass(bytes, start, end, this.#put);
    else this.#write(bytes, start, end);
  }

  /** Writes a line of our own, on a line of its own; one that finds no room is not counted as lost output. */
  line(text: string): void {
    const { limit, stamper } = this.#options;
    const longest = Buffer.byteLength(text) + (stamper?.stamp().length ?? 0) + 2;
    if (this.trouble !== null && (this.#gap || this.held + longest > limit)) return;
    const bytes = this.#makeLine(text);
    this.#write(bytes, 0, bytes.length);
  }

  /**
   * Opens the file again by its name.
   *
   * @throws the system's error; the old file goes on being written then
   */
  reopen(): void {
    this.#options.target.reopen();
    if (this.trouble !== null) this.#retry();
  }

  /** Makes a last attempt at what waits; what still cannot be written is counted as lost. */
  close(): void {
    const { target, log } = this.#options;
    this.#cancelRetry();
    if (this.trouble !== null && !this.#recover()) {
      this.#lose(this.held);
      log('error', `${this.#gap?.bytes} bytes of output for ${target.path} were lost: ${this.trouble}`);
    }
    target.close();
  }

  #write(bytes: Buffer, start: number, end: number): void {
    const { target, clock } = this.#options;
    if (this.trouble !== null) return this.#keep(bytes, start, end);
    if (clock.now() >= this.#nextLook && !this.#look()) return this.#keep(bytes, start, end);
    const reached = target.write(bytes, start, end);
    if (reached > start) this.endsLine = bytes[reached - 1] === NEWLINE;
    if (reached === end) return;
    this.#beginTrouble(target.fault);
    this.#keep(bytes, reached, end);
  }

  /** A file that was removed is made again. @returns whether there is one to write to */
  #look(): boolean {
    const { target, clock } = this.#options;
    this.#nextLook = clock.now() + LOOK;
    try {
      if (target.isGone()) target.reopen();
      return true;
    } catch (error) {
      this.#beginTrouble(error);
      return false;
    }
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const { limit, whenFull } = this.#options;
    let stop = end;
    if (this.#gap) stop = start;
    else if (whenFull === 'drop' && end - start > limit - this.held) {
      // Where it can be, the gap is between two lines.
      const room = Math.max(0, limit - this.held);
      const newline = room === 0 ? -1 : bytes.lastIndexOf(NEWLINE, start + room - 1);
      if (newline >= start) stop = newline + 1;
      else stop = this.endsLine && this.held > 0 ? start : start + room;
    }
    if (stop > start) {
      this.#store.add(bytes, start, stop);
      this.endsLine = bytes[stop - 1] === NEWLINE;
    }
    this.#lose(end - stop);
  }

  #lose(bytes: number): void {
    if (bytes === 0) return;
    const now = this.#options.clock.wall();
    this.#gap ??= { bytes: 0, from: now, until: now };
    this.#gap.bytes += bytes;
    this.#gap.until = now;
    this.lost += bytes;
  }

  #beginTrouble(error: unknown): void {
    const { target, limit, log } = this.#options;
    this.trouble = describeReason(error);
    this.#armRetry(error);
    this.#wasTold = errorCode(error) !== 'EAGAIN';
    if (this.#wasTold)
      log('error', `cannot write ${target.path}: ${this.trouble}; up to ${limit} bytes are kept in memory`);
  }

  #armRetry(error: unknown): void {
    const pause = errorCode(error) === 'EAGAIN' ? BUSY_RETRY : RETRY;
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.after(pause, () => this.#retry());
  }

  #retry(): void {
    const wasFull = this.isFull;
    if (!this.#recover()) this.#armRetry(this.#options.target.fault);
    if (wasFull && !this.isFull) this.#options.onRoom();
  }

  /** Tries to write what waits, and then the line about what is missing. @returns whether all is well again */
  #recover(): boolean {
    const { target, log } = this.#options;
    try {
      if (target.isGone()) target.reopen();
      if (!this.#flush()) {
        if (!needsReopen(target.fault)) return false;
        target.reopen();
        if (!this.#flush()) return false;
      }
    } catch (error) {
      this.trouble = describeReason(error);
      return false;
    }
    const gap = this.#gap;
    this.#gap = null;
    if (gap) {
      const bytes = this.#makeLine(this.#describe(gap));
      this.#store.add(bytes, 0, bytes.length);
      if (!this.#flush()) return false;
    }
    this.trouble = null;
    this.#cancelRetry();
    if (this.#wasTold || gap)
      log('warn', `${target.path} is written again; ${gap?.bytes ?? 0} bytes were lost`);
    return true;
  }

  #flush(): boolean {
    const { target } = this.#options;
    if (this.#store.drain((bytes, start, end) => target.write(bytes, start, end))) return true;
    this.trouble = describeReason(target.fault);
    return false;
  }

  #describe({ bytes, from, until }: Gap): string {
    const span = `from ${formatLocalTime(from)} to ${formatLocalTime(until)}`;
    return `zd: ${bytes} bytes of output were lost ${span}: ${this.trouble}`;
  }

  #makeLine(text: string): Buffer {
    const { stamper } = this.#options;
    const bytes = Buffer.from(`${this.endsLine ? '' : '\n'}${stamper?.stamp() ?? ''}${text}\n`);
    this.endsLine = true;
    if (stamper) stamper.atLineStart = true;
    return bytes;
  }
}

/** A full disk gets room and a slow reader reads on; anything else may be a file that is no good any more. */
function needsReopen(fault: unknown): boolean {
  return !['ENOSPC', 'EDQUOT', 'EAGAIN', 'EFBIG'].includes(errorCode(fault));
}
