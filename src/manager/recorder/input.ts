import { readSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { errorCode } from '../../system/errors';

const READ_SIZE = 64 << 10;

/** One end of a FIFO of the program's output. */
export class Input {
  readonly #fd: number;
  readonly #socket: Socket;
  readonly #consume: (bytes: Buffer) => boolean;
  readonly #spare = Buffer.allocUnsafeSlow(READ_SIZE);
  #isPaused = true;

  /**
   * @param fd does not block
   * @param consume gets the bytes, which it must not keep. @returns whether to continue reading
   * @param ended called when no process has it open for writing
   */
  constructor(fd: number, consume: (bytes: Buffer) => boolean, ended: () => void) {
    this.#fd = fd;
    this.#consume = consume;
    const buffer = Buffer.allocUnsafeSlow(READ_SIZE);
    const options: SocketConstructorOpts & { onread: OnReadOpts } = {
      fd,
      readable: true,
      writable: false,
      onread: {
        buffer,
        callback: length => {
          this.#isPaused = !consume(buffer.subarray(0, length));
          return !this.#isPaused;
        },
      },
    };
    this.#socket = new Socket(options);
    this.#socket.on('error', () => {}).once('close', ended);
    this.#socket.pause();
  }

  /** Reads, from now on. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  /** Consumes all that was written so far. */
  drain(): void {
    for (;;) {
      try {
        const length = readSync(this.#fd, this.#spare, 0, READ_SIZE, null);
        if (length === 0) return;
        this.#consume(this.#spare.subarray(0, length));
      } catch (error) {
        if (errorCode(error) !== 'EINTR') return;
      }
    }
  }
}
