import { closeSync, constants, fchmodSync, fstatSync, openSync, readSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { nameDescriptor } from '../../system/descriptors';
import { errorCode } from '../../system/errors';
import { makeFifos } from '../../system/fifo';
import { startPerl } from '../../system/perl';
import { withOwnFile } from '../../system/trust/own-folder';
import { nameControlFifos } from './copier-control';
import { locateFifo } from './unlinked-fifo';

const F_SETPIPE_SZ = 1031;
/** A program that has changed its user can open /dev/stderr; only those who have the FIFO reach it in its folder. */
const MODE = 0o622;
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
/** The capacity of a widened FIFO: one read empties it, and never splits what was written in one piece. */
const READ_SIZE = 256 << 10;
/** Bytes of output after which a program gets a larger FIFO than the usual 64 KiB. */
const WIDEN_AFTER = 16 << 20;
/** Bytes after which a drain stops, so that a program that keeps on writing cannot block the manager. */
const DRAIN_LIMIT = 8 << 20;

/**
 * Consumes the bytes of a chunk.
 *
 * @param lasts whether the bytes stay unchanged until the next chunk has been consumed
 * @returns whether to continue reading
 */
export type ConsumeChunk = (bytes: Buffer, length: number, lasts: boolean) => boolean;

/**
 * A FIFO and, from the first `resume` on, its reader. Unread output waits in the kernel, as long as any process has the
 * FIFO open.
 */
export class Fifo {
  /** Receives the chunks. */
  consumer: ConsumeChunk = () => false;
  readonly #path: string;
  /** Filled alternately, so that the last chunk stays valid while the next one is read. */
  readonly #slots = [Buffer.allocUnsafeSlow(READ_SIZE), Buffer.allocUnsafeSlow(READ_SIZE)] as const;
  #turn = 0;
  #spare: Buffer | null = null;
  #isPaused = true;
  #untilWide = WIDEN_AFTER;
  readonly #socket: Socket;
  readonly #fd: number;
  /** The manager's own write end, without which the reader would get end of file while no program is running. */
  readonly #writeEnd: number;

  /**
   * @param path created if missing
   * @param program the pid of a program that may already write to it, or null
   * @param insecure its folder may be another user's, also for root
   * @throws the system's error when it cannot be created or opened; as `withOwnFile`
   */
  constructor(path: string, program: number | null = null, insecure = false) {
    this.#path = path;
    [this.#fd, this.#writeEnd] = withOwnFile(path, place => openBothEnds(path, place, program), insecure);
    // Fixed buffers and a callback instead of a stream avoid an allocation and a copy for each chunk.
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
    // A new socket reads at once; a copier of an earlier manager may still do that.
    this.#socket.pause();
  }

  /** A path by which it can be opened, even if its own path was removed. */
  get name(): string {
    return nameDescriptor(this.#writeEnd, this.#path);
  }

  /** A descriptor of it that is open for reading. */
  get descriptor(): number {
    return this.#fd;
  }

  /**
   * Opens what becomes the program's end. It is open for both directions, so that without a keeper, which gives the
   * program an end that can only write, the program never meets a broken pipe.
   *
   * @throws the system's error
   */
  open(): number {
    return openSync(this.name, O_RDWR);
  }

  /** Consumes everything written so far, also while reading is paused. */
  drain(): void {
    this.#spare ??= Buffer.allocUnsafeSlow(READ_SIZE);
    for (let consumed = 0; consumed < DRAIN_LIMIT; ) {
      try {
        const length = readSync(this.#fd, this.#spare, 0, READ_SIZE, null);
        if (length === 0) return;
        consumed += length;
        // The consumer wants no more; the rest stays in the kernel.
        if (!this.consumer(this.#spare, length, false)) return;
      } catch (error) {
        if (errorCode(error) === 'EINTR') continue;
        return;
      }
    }
  }

  /** Stops reading until `resume`. */
  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
    // If `resume` was called in the same turn of the loop, it takes effect after this and would read.
    process.nextTick(() => {
      if (this.#isPaused) this.#socket.pause();
    });
  }

  /** Continues reading after `pause`, or after the consumer wanted no more. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  /** Stops reading for good, and still counts as a reader until `close`: else the program would get SIGPIPE. */
  release(): void {
    this.#socket.destroy();
  }

  close(): void {
    this.#socket.destroy();
    closeSync(this.#writeEnd);
  }

  #countDown(length: number): void {
    this.#untilWide -= length;
    if (this.#untilWide <= 0) widen(this.#writeEnd);
  }
}

/** @param place by which to find what has that path */
function openBothEnds(path: string, place: string, program: number | null): [number, number] {
  // A copier needs these; one mkfifo(1) for all is faster.
  const { control, result } = nameControlFifos(place)[0]!;
  makeFifos([place, control, result]);
  const found = locateFifo(path, program);
  const isRemoved = found !== path;
  const name = isRemoved ? found : place;
  const fd = openSync(name, O_RDONLY | O_NONBLOCK | (isRemoved ? 0 : O_NOFOLLOW));
  try {
    const stats = fstatSync(fd);
    if (!stats.isFIFO()) throw new Error(`${path} is not a FIFO`);
    if ((stats.mode & 0o777) !== MODE) fchmodSync(fd, MODE);
    return [fd, openSync(nameDescriptor(fd, name), O_RDWR | O_NONBLOCK)];
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * Enlarges a FIFO, so that writer and reader wait less for each other; this makes copying a fifth faster. Node has no
 * fcntl(2), so it uses perl. Without perl, or outside Linux, the FIFO keeps its size.
 */
function widen(fd: number): void {
  if (process.platform !== 'linux') return;
  const script = `fcntl(STDOUT, ${F_SETPIPE_SZ}, ${READ_SIZE})`;
  try {
    startPerl(script, { stdio: ['ignore', fd, 'ignore'] });
  } catch {
    // No process could be started; the FIFO works without this.
  }
}
