import type { News } from '../../protocol/events';
import type { WhenFull } from '../../settings/settings';
import { type Clock, formatLocalTime } from '../../system/clock';
import { describeReason, errorCode } from '../../system/errors';
import { Store } from './store';
import type { Target } from './target';
import type { Stamper } from './text/stamp';

/** Seconds between attempts while the file cannot be written. */
const RETRY = 0.5;
/** The same for a slow reader, which can free space at any moment. */
const BUSY_RETRY = 0.01;
/** Seconds between checks, while output arrives, that the file still exists. */
const CHECK_INTERVAL = 1;
const NEWLINE = 0x0a;

export interface SinkOptions {
  target: Target;
  clock: Clock;
  /** Maximum bytes that wait in memory. */
  limit: number;
  whenFull: WhenFull;
  stamper: Stamper | null;
  /** Writes to the manager's own log. */
  log(level: 'error' | 'warn', text: string): void;
  /** Called when `isFull` becomes false. */
  onRoom(): void;
  /** Called when the file can be written again. */
  onRecovery?(): void;
  /** Tells the subscribers of events. */
  emit?(news: News): void;
}

/** Where the output of a channel goes. Nothing here blocks, and only `reopen` throws. */
export interface Destination {
  /** Total bytes dropped so far. */
  readonly lost: number;
  /** Why it cannot be written to, or null. */
  readonly problem: string | null;
  /** Bytes that wait in memory. */
  readonly held: number;
  /** Whether no more output should be read for now. */
  readonly isFull: boolean;
  write(bytes: Buffer, start: number, end: number): void;
  /** Writes a message of zd on a separate line. */
  writeLine(text: string): void;
  /** Ends an unfinished line. */
  endLine(): void;
  /** Hears whether the file ends with a whole line, after another file or another process's writes to it. */
  noteFileEnd(endsLine: boolean): void;
  /** @throws the system's error */
  reopen(): void;
  close(): void;
}

interface Gap {
  bytes: number;
  /** Seconds since 1970. */
  from: number;
  until: number;
}

/**
 * Writes output directly to its file as long as that works. Otherwise bytes wait in memory up to a limit; further bytes
 * are dropped and counted until all waiting bytes are written. A line in the file then reports how many bytes are
 * missing at that point. Nothing here blocks, and only `reopen` throws.
 */
export class Sink implements Destination {
  /** Total bytes dropped so far. */
  lost = 0;
  /** Why the file cannot be written, or null. */
  problem: string | null = null;
  /** Whether the last byte that was written or stored ended a line. */
  #endsLine = true;
  /** Whether the problem was written to the manager's own log. */
  #wasLogged = false;
  readonly #options: SinkOptions;
  readonly #store = new Store();
  readonly #put = (bytes: Buffer, start: number, end: number) => this.#write(bytes, start, end);
  #gap: Gap | null = null;
  #nextCheck = 0;
  #cancelRetry = () => {};

  constructor(options: SinkOptions) {
    this.#options = options;
    if (options.target.error) this.#beginProblem(options.target.error);
  }

  /** Bytes that wait in memory. */
  get held(): number {
    return this.#store.size;
  }

  /** Whether, with `block`, no more output should be read until `onRoom`. */
  get isFull(): boolean {
    return this.#options.whenFull === 'block' && this.problem !== null && this.held >= this.#options.limit;
  }

  write(bytes: Buffer, start: number, end: number): void {
    const { stamper } = this.#options;
    if (stamper) stamper.pass(bytes, start, end, this.#put);
    else this.#write(bytes, start, end);
  }

  /** Writes a message of zd on a separate line; a message that does not fit is not counted as lost output. */
  writeLine(text: string): void {
    const { limit, stamper } = this.#options;
    const longest = Buffer.byteLength(text) + (stamper?.stamp().length ?? 0) + 2;
    if (this.problem !== null && (this.#gap || this.held + longest > limit)) return;
    this.#writeOwn(this.#makeLine(text));
  }

  /** Ends an unfinished line: what follows is not its continuation. */
  endLine(): void {
    const { stamper } = this.#options;
    if (stamper) stamper.atLineStart = true;
    // The line about a gap is on a separate line anyway.
    if (this.#endsLine || this.#gap) return;
    this.#writeOwn(Buffer.from('\n'));
  }

  noteFileEnd(endsLine: boolean): void {
    // Bytes that wait in memory come after the end of the file.
    if (this.held === 0) this.#endsLine = endsLine;
  }

  /**
   * Reopens the file by its name.
   *
   * @throws the system's error; the old file then stays in use
   */
  reopen(): void {
    this.#options.target.reopen();
    if (this.problem !== null) this.#retry();
  }

  /** Makes a last attempt to write the waiting bytes; those that cannot be written are counted as lost. */
  close(): void {
    const { target, log } = this.#options;
    this.#cancelRetry();
    if (this.problem !== null && !this.#recover()) {
      this.#drop(this.held);
      log('error', `${this.#gap?.bytes} bytes of output for ${target.path} were lost: ${this.problem}`);
    }
    target.close();
  }

  #write(bytes: Buffer, start: number, end: number): void {
    const reached = this.#writeNow(bytes, start, end);
    if (reached < end) this.#hold(bytes, reached, end);
  }

  /** Writes what is not output, and so must not be counted as lost output: it may exceed the limit. */
  #writeOwn(bytes: Buffer): void {
    const reached = this.#writeNow(bytes, 0, bytes.length);
    if (reached < bytes.length) this.#store.add(bytes, reached, bytes.length);
    this.#endsLine = true;
  }

  /** @returns the position that was reached in the file */
  #writeNow(bytes: Buffer, start: number, end: number): number {
    const { target, clock } = this.#options;
    if (this.problem !== null) return start;
    if (clock.now() >= this.#nextCheck && !this.#checkFile()) return start;
    const reached = target.write(bytes, start, end);
    if (reached > start) this.#endsLine = bytes[reached - 1] === NEWLINE;
    if (reached < end) this.#beginProblem(target.error);
    return reached;
  }

  /** Recreates the file if it was removed. @returns whether there is a file to write to */
  #checkFile(): boolean {
    const { target, clock } = this.#options;
    this.#nextCheck = clock.now() + CHECK_INTERVAL;
    try {
      if (target.isRemoved()) target.reopen();
      return true;
    } catch (error) {
      this.#beginProblem(error);
      return false;
    }
  }

  #hold(bytes: Buffer, start: number, end: number): void {
    const { limit, whenFull } = this.#options;
    let stop = end;
    if (this.#gap) stop = start;
    else if (whenFull === 'drop' && end - start > limit - this.held) {
      // If possible, the gap is between two lines.
      const room = Math.max(0, limit - this.held);
      const newline = room === 0 ? -1 : bytes.lastIndexOf(NEWLINE, start + room - 1);
      if (newline >= start) stop = newline + 1;
      else stop = this.#endsLine && this.held > 0 ? start : start + room;
    }
    if (stop > start) {
      this.#store.add(bytes, start, stop);
      this.#endsLine = bytes[stop - 1] === NEWLINE;
    }
    this.#drop(end - stop);
  }

  #drop(bytes: number): void {
    if (bytes === 0) return;
    const now = this.#options.clock.wall();
    this.#gap ??= { bytes: 0, from: now, until: now };
    this.#gap.bytes += bytes;
    this.#gap.until = now;
    this.lost += bytes;
  }

  #beginProblem(error: unknown): void {
    const { target, limit, log, emit } = this.#options;
    this.problem = describeReason(error);
    this.#armRetry(error);
    this.#wasLogged = errorCode(error) !== 'EAGAIN';
    if (!this.#wasLogged) return;
    log('error', `cannot write ${target.path}: ${this.problem}; up to ${limit} bytes are kept in memory`);
    emit?.({ event: 'transcript-fault', path: target.path, reason: this.problem });
  }

  #armRetry(error: unknown): void {
    const pause = errorCode(error) === 'EAGAIN' ? BUSY_RETRY : RETRY;
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.after(pause, () => this.#retry());
  }

  #retry(): void {
    const wasFull = this.isFull;
    if (!this.#recover()) this.#armRetry(this.#options.target.error);
    if (wasFull && !this.isFull) this.#options.onRoom();
  }

  /** Tries to write the waiting bytes, then the line about the missing ones. @returns whether that succeeded */
  #recover(): boolean {
    const { target, log, emit } = this.#options;
    try {
      if (target.isRemoved()) target.reopen();
      if (!this.#flush()) {
        if (!needsReopen(target.error)) return false;
        target.reopen();
        if (!this.#flush()) return false;
      }
    } catch (error) {
      this.problem = describeReason(error);
      return false;
    }
    const gap = this.#gap;
    this.#gap = null;
    if (gap) {
      const bytes = this.#makeLine(this.#describe(gap));
      this.#store.add(bytes, 0, bytes.length);
      if (!this.#flush()) return false;
    }
    this.problem = null;
    this.#cancelRetry();
    this.#options.onRecovery?.();
    if (this.#wasLogged || gap)
      log('warn', `writing to ${target.path} works again; ${gap?.bytes ?? 0} bytes were lost`);
    if (this.#wasLogged) emit?.({ event: 'transcript-well', path: target.path, lost: gap?.bytes ?? 0 });
    return true;
  }

  #flush(): boolean {
    const { target } = this.#options;
    if (this.#store.drain((bytes, start, end) => target.write(bytes, start, end))) return true;
    this.problem = describeReason(target.error);
    return false;
  }

  #describe({ bytes, from, until }: Gap): string {
    const span = `from ${formatLocalTime(from)} to ${formatLocalTime(until)}`;
    return `zd: ${bytes} bytes of output were lost ${span}: ${this.problem}`;
  }

  #makeLine(text: string): Buffer {
    const { stamper } = this.#options;
    const bytes = Buffer.from(`${this.#endsLine ? '' : '\n'}${stamper?.stamp() ?? ''}${text}\n`);
    this.#endsLine = true;
    if (stamper) stamper.atLineStart = true;
    return bytes;
  }
}

/** A full disk can get space and a slow reader can catch up; after any other error the open file may be unusable. */
function needsReopen(error: unknown): boolean {
  return !['ENOSPC', 'EDQUOT', 'EAGAIN', 'EFBIG'].includes(errorCode(error));
}
