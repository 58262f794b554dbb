import { closeSync, readSync, writeSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { Clock } from '../../system/clock';
import { errorCode } from '../../system/errors';
import { COPIER_REPLIES, COPIER_WORDS } from './copier-script';

/** Milliseconds between two looks for its answer; the first of them is nearly always enough. */
const LOOKS = [0.05, 0.05, 0.1, 0.2, 0.5, 1] as const;
/** Nearly all that is ever said is one byte. */
const buffer = Buffer.alloc(4096);
const cell = new Int32Array(new SharedArrayBuffer(4));
const LEFTOVER = COPIER_REPLIES.leftover.charCodeAt(0);

/**
 * The two FIFOs a manager and a copier talk by. Answers are waited for with the manager standing still: an exit must
 * not be acted on, and a file not be swapped, before the last words are where they belong. Node can wait for a
 * descriptor only in its loop, so this looks at short intervals, for a limited time.
 */
export class CopierTalk {
  readonly #control: number;
  readonly #result: number;
  #ears: Socket | null = null;
  readonly #patience: number;
  readonly #clock: Pick<Clock, 'now'>;
  #isGone = false;
  #isDeaf = false;
  /** Said and not dealt with. */
  #heard: Buffer[] = [];
  #onWord: (word: 'much' | 'fault' | 'end') => void = () => {};

  /**
   * @param control a descriptor to tell it something
   * @param result a descriptor to hear it, not blocking, which is at its end when the copier is gone
   * @param patience seconds to wait for an answer
   * @param clock measures them
   */
  constructor(control: number, result: number, patience: number, clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#patience = patience;
    this.#control = control;
    this.#result = result;
  }

  /** Calls `onWord` when it says something of its own accord. */
  listen(onWord: (word: 'much' | 'fault' | 'end') => void): void {
    this.#onWord = onWord;
    const onread: OnReadOpts = {
      buffer: Buffer.alloc(16),
      callback: (length, bytes) => {
        this.#hear(Buffer.from(bytes.subarray(0, length)));
        return true;
      },
    };
    const options: SocketConstructorOpts & { onread: OnReadOpts } = {
      fd: this.#result,
      readable: true,
      writable: false,
      onread,
    };
    this.#ears = new Socket(options)
      .on('error', () => {})
      .once('end', () => {
        this.#isGone = true;
      })
      .on('close', () => {
        this.#isGone = true;
        this.#onWord('end');
      });
    this.#ears.resume();
    this.#ears.unref();
  }

  drain(): boolean {
    this.#say(COPIER_WORDS.drain);
    this.#read(() => /[dfl]/.test(this.#words));
    const words = this.#words;
    if (!words.includes(COPIER_REPLIES.drained) || /[fl]/.test(words)) return false;
    this.#heard = [];
    if (words.includes(COPIER_REPLIES.much)) setImmediate(() => this.#onWord('much'));
    return true;
  }

  /** @returns what it could not write, or null when it does not answer; nothing can be said after this */
  dismiss(): Buffer | null {
    this.#onWord = () => {};
    this.#say(COPIER_WORDS.leave);
    this.#read(() => false);
    closeSync(this.#control);
    if (this.#ears) this.#ears.destroy();
    else closeSync(this.#result);
    if (!this.#isGone) return null;
    const said = Buffer.concat(this.#heard);
    const at = said.indexOf(LEFTOVER);
    return at < 0 ? Buffer.alloc(0) : said.subarray(at + 1);
  }

  /** What it has said, up to where a leftover begins. */
  get #words(): string {
    const said = Buffer.concat(this.#heard);
    const at = said.indexOf(LEFTOVER);
    return said.toString('latin1', 0, at < 0 ? said.length : at + 1);
  }

  #hear(bytes: Buffer): void {
    this.#heard.push(bytes);
    if (bytes.includes(COPIER_REPLIES.fault)) this.#onWord('fault');
    else if (bytes.includes(COPIER_REPLIES.much)) this.#onWord('much');
  }

  #say(word: string): void {
    try {
      writeSync(this.#control, word);
    } catch {
      // It is gone, or has not even taken what it was told before; its answer shows which.
    }
  }

  /** Listens until `isEnough`, the end, or the limit. */
  #read(isEnough: () => boolean): void {
    const deadline = this.#clock.now() + this.#patience;
    for (let look = 0; !this.#isGone && !this.#isDeaf && !isEnough(); ) {
      try {
        const length = readSync(this.#result, buffer, 0, buffer.length, null);
        if (length === 0) this.#isGone = true;
        else this.#heard.push(Buffer.from(buffer.subarray(0, length)));
      } catch (error) {
        if (errorCode(error) !== 'EAGAIN' && errorCode(error) !== 'EINTR') return;
        this.#isDeaf = this.#clock.now() > deadline;
        Atomics.wait(cell, 0, 0, LOOKS[Math.min(look++, LOOKS.length - 1)]);
      }
    }
  }
}
