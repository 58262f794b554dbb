import { closeSync, readSync, writeSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { Clock } from '../../system/clock';
import { errorCode } from '../../system/errors';
import { COPIER_COMMANDS, COPIER_REPLIES } from './copier-script';

/** Milliseconds between polls for an answer; the first poll is nearly always sufficient. */
const POLL_DELAYS = [0.05, 0.05, 0.1, 0.2, 0.5, 1] as const;
/** Nearly every report is a single byte. */
const buffer = Buffer.alloc(4096);
const cell = new Int32Array(new SharedArrayBuffer(4));
const LEFTOVER = COPIER_REPLIES.leftover.charCodeAt(0);

/** Seconds after which a copier counts as late: nothing may wait longer for the disk of a log. */
export const LATE = 2;
/** Seconds after which a copier that does not answer may be suspended. */
const SLOW = 0.25;

/** What a copier reports on its own; each is a reason to dismiss it, but for the answer of one that was late. */
export type CopierReport = 'too much output' | 'file error' | 'exited' | 'answered late';

/**
 * The two FIFOs through which a manager and its copier communicate. The manager blocks while it waits for an answer:
 * it must not act on an exit or switch files before the last output has been written. Node can wait for a descriptor
 * only in its event loop, so this class polls at short intervals, for a limited time.
 */
export class CopierTalk {
  readonly #control: number;
  readonly #result: number;
  #socket: Socket | null = null;
  readonly #timeout: number;
  readonly #clock: Pick<Clock, 'now'>;
  #hasExited = false;
  #hasTimedOut = false;
  #isClosed = false;
  /** Received and not yet processed. */
  #received: Buffer[] = [];
  /** The answers that are still to come. */
  #late = '';
  /** Called when it has not answered for a while. */
  onSlow: () => void = () => {};
  #onReport: (report: CopierReport) => void = () => {};

  /**
   * @param control a descriptor for commands
   * @param result a non-blocking descriptor for reports, which reads end of file once the copier has exited
   * @param timeout seconds to wait for an answer
   * @param clock measures the timeout
   */
  constructor(control: number, result: number, timeout: number, clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#timeout = timeout;
    this.#control = control;
    this.#result = result;
  }

  /** Calls `onReport` for each report that is not an answer. */
  listen(onReport: (report: CopierReport) => void): void {
    this.#onReport = onReport;
    const onread: OnReadOpts = {
      buffer: Buffer.alloc(16),
      callback: (length, bytes) => {
        this.#receive(Buffer.from(bytes.subarray(0, length)));
        return true;
      },
    };
    const options: SocketConstructorOpts & { onread: OnReadOpts } = {
      fd: this.#result,
      readable: true,
      writable: false,
      onread,
    };
    this.#socket = new Socket(options)
      .on('error', () => {})
      .once('end', () => {
        this.#hasExited = true;
      })
      .on('close', () => {
        this.#hasExited = true;
        this.#onReport('exited');
      });
    this.#socket.resume();
    this.#socket.unref();
  }

  /** Has it copy if the manager dies. */
  stay(): void {
    this.#send(COPIER_COMMANDS.stay);
  }

  /** Has it copy. */
  go(): void {
    this.#send(COPIER_COMMANDS.go);
  }

  /** Whether an answer is still to come; nothing is to be asked until then. */
  get isLate(): boolean {
    return this.#late !== '';
  }

  /** Has it stop copying. @returns false if it must be dismissed, unless it is late */
  wait(): boolean {
    return this.#ask(COPIER_COMMANDS.wait, COPIER_REPLIES.waits) !== null;
  }

  /** Has it empty the FIFO. @returns false if it must be dismissed, unless it is late */
  drain(): boolean {
    const reports = this.#ask(COPIER_COMMANDS.drain, COPIER_REPLIES.drained);
    if (reports?.includes(COPIER_REPLIES.tooMuch)) setImmediate(() => this.#onReport('too much output'));
    return reports !== null;
  }

  /**
   * Ends the copier and closes both FIFOs.
   *
   * @param limit seconds to wait for that
   * @returns what it could not write, or null if it does not answer yet
   */
  dismiss(limit = this.#timeout): Buffer | null {
    this.#hasTimedOut = false;
    this.#send(COPIER_COMMANDS.leave);
    this.#read(() => false, limit);
    if (!this.#hasExited) return null;
    this.close();
    const received = Buffer.concat(this.#received);
    const at = received.indexOf(LEFTOVER);
    return at < 0 ? Buffer.alloc(0) : received.subarray(at + 1);
  }

  /** Tells the copier to exit, without waiting for that. */
  leave(): void {
    this.#send(COPIER_COMMANDS.leave);
    this.close();
  }

  /** Closes both FIFOs, and leaves the copier alone. Their numbers may be another file's afterwards. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onReport = () => {};
    closeSync(this.#control);
    if (this.#socket) this.#socket.destroy();
    else closeSync(this.#result);
  }

  /** @returns what it reported with its answer, or null if it must be dismissed or is late */
  #ask(command: string, answer: string): string | null {
    this.#send(command);
    this.#read(
      () => this.#reports.includes(answer) || /[fl]/.test(this.#reports),
      Math.min(LATE, this.#timeout),
    );
    if (this.#hasTimedOut) {
      this.#hasTimedOut = false;
      this.#late = answer;
      return null;
    }
    const reports = this.#reports;
    if (!reports.includes(answer) || /[fl]/.test(reports)) return null;
    this.#received = [];
    return reports;
  }

  /** The reports received, up to the start of unwritten output. */
  get #reports(): string {
    const received = Buffer.concat(this.#received);
    const at = received.indexOf(LEFTOVER);
    return received.toString('latin1', 0, at < 0 ? received.length : at + 1);
  }

  #receive(bytes: Buffer): void {
    this.#received.push(bytes);
    if (this.#late !== '' && bytes.includes(this.#late)) {
      this.#late = '';
      this.#received = [];
      this.#onReport('answered late');
    }
    if (bytes.includes(COPIER_REPLIES.fileError)) this.#onReport('file error');
    else if (bytes.includes(COPIER_REPLIES.tooMuch)) this.#onReport('too much output');
  }

  #send(command: string): void {
    if (this.#isClosed) return;
    try {
      writeSync(this.#control, command);
    } catch {
      // It has exited, or has not yet read earlier commands; the wait for its answer shows which.
    }
  }

  /** Reads until `isEnough`, the copier's exit, or the timeout. */
  #read(isEnough: () => boolean, limit = this.#timeout): void {
    const begin = this.#clock.now();
    let isSlow = false;
    for (let poll = 0; !this.#hasExited && !this.#hasTimedOut && !isEnough(); ) {
      try {
        const length = readSync(this.#result, buffer, 0, buffer.length, null);
        if (length === 0) this.#hasExited = true;
        else this.#received.push(Buffer.from(buffer.subarray(0, length)));
      } catch (error) {
        if (errorCode(error) !== 'EAGAIN' && errorCode(error) !== 'EINTR') return;
        const waited = this.#clock.now() - begin;
        if (waited > SLOW && !isSlow) this.onSlow();
        isSlow ||= waited > SLOW;
        this.#hasTimedOut = waited > limit;
        Atomics.wait(cell, 0, 0, POLL_DELAYS[Math.min(poll++, POLL_DELAYS.length - 1)]);
      }
    }
  }
}
