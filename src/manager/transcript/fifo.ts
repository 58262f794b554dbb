import { closeSync, constants, openSync, readSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { nameDescriptor } from '../../system/descriptors';
import { errorCode } from '../../system/errors';
import { makeFifos } from '../../system/fifo';
import { startPerl } from '../../system/perl';
import { locateFifo } from './unlinked-fifo';

const F_SETPIPE_SZ = 1031;
const { O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
/** As much as the FIFO ever holds: a read takes all there is, and never cuts what was written in one piece. */
const READ_SIZE = 256 << 10;
/** Bytes after which a program is taken for one that says much, and gets a wider FIFO than the usual 64 KiB. */
const MUCH = 16 << 20;
/** A program that goes on writing must not keep us from everything else. */
const DRAIN_LIMIT = 8 << 20;

/**
 * Gets the bytes of a chunk.
 *
 * @param lasts the bytes stay as they are until the next chunk has been taken
 * @returns whether to read on
 */
export type TakeChunk = (bytes: Buffer, length: number, lasts: boolean) => boolean;

/**
 * A FIFO that the program opens for reading *and* writing, so that it never gets SIGPIPE and loses nothing when the
 * manager dies, and its reader, from the first `resume` on. What is not read waits in the kernel.
 */
export class Fifo {
  /** Gets the chunks. */
  consumer: TakeChunk = () => false;
  readonly #path: string;
  /** Filled in turn, so that the last chunk outlives the reading of the next one. */
  readonly #slots = [Buffer.allocUnsafeSlow(READ_SIZE), Buffer.allocUnsafeSlow(READ_SIZE)] as const;
  #turn = 0;
  #spare: Buffer | null = null;
  #isPaused = true;
  #untilWide = MUCH;
  readonly #socket: Socket;
  readonly #fd: number;
  /** A write end of our own: without it the reader would see an end of file whenever no program is up. */
  readonly #keeper: number;

  /**
   * @param path made if missing
   * @param program the pid of a program that may write to it already, or null
   * @throws the system's error when it cannot be made or opened
   */
  constructor(path: string, program: number | null = null) {
    this.#path = path;
    makeFifos([path]);
    const place = locateFifo(path, program);
    this.#fd = openSync(place, O_RDONLY | O_NONBLOCK);
    this.#keeper = openSync(place, O_RDWR | O_NONBLOCK);
    // Fixed buffers and a callback instead of a stream: no allocation and no copy for each chunk.
    const options: SocketConstructorOpts & { onread: OnReadOpts } = {
      fd: this.#fd,
      readable: true,
      writable: false,
      onread: {
        buffer: () => {
          this.#turn = 1 - this.#turn;
          return this.#slots[this.#turn as 0 | 1];
        },
        callback: (length, bytes) => {
          this.#isPaused = !this.consumer(bytes as Buffer, length, true);
          if (this.#untilWide > 0) this.#countDown(length);
          return !this.#isPaused;
        },
      },
    };
    this.#socket = new Socket(options);
    this.#socket.on('error', () => {});
  }

  /** A name it can be opened by, also when its own is gone. */
  get name(): string {
    return nameDescriptor(this.#keeper, this.#path);
  }

  /** Opens the end a program writes to. @throws the system's error */
  open(): number {
    return openSync(this.name, O_RDWR);
  }

  /** Takes what was written until now. */
  drain(): void {
    if (this.#isPaused) return;
    this.#spare ??= Buffer.allocUnsafeSlow(READ_SIZE);
    for (let taken = 0; taken < DRAIN_LIMIT; ) {
      try {
        const length = readSync(this.#fd, this.#spare, 0, READ_SIZE, null);
        if (length === 0) return;
        taken += length;
        // What the taker does not want any more stays in the kernel.
        if (!this.consumer(this.#spare, length, false)) return;
      } catch (error) {
        if (errorCode(error) === 'EINTR') continue;
        return;
      }
    }
  }

  /** Reads no more until `resume`. */
  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
    // A resume of this same turn of the loop is carried out after this, and reads.
    process.nextTick(() => {
      if (this.#isPaused) this.#socket.pause();
    });
  }

  /** Reads on after `pause`, or after `take` did not want more. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
    closeSync(this.#keeper);
  }

  #countDown(length: number): void {
    this.#untilWide -= length;
    if (this.#untilWide <= 0) widen(this.#keeper);
  }
}

/**
 * Lets a FIFO hold more, so that writer and reader wait less for each other: a fifth more speed. Node has no fcntl(2);
 * where there is no perl, or not Linux, it stays as it is.
 */
function widen(fd: number): void {
  if (process.platform !== 'linux') return;
  const script = `fcntl(STDOUT, ${F_SETPIPE_SZ}, ${READ_SIZE})`;
  try {
    startPerl(script, { stdio: ['ignore', fd, 'ignore'] });
  } catch {
    // No process to be had now; it works without.
  }
}
