import { closeSync, constants, openSync, readSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { nameDescriptor } from '../../../system/descriptors';
import { makeFifos } from '../../../system/fifo';
import { withOwnFile } from '../../../system/trust/own-folder';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;
const SIZE = 4096;

/**
 * A FIFO of the state folder by which the manager hears of something. What is written while there is no manager waits in
 * it, as long as a keeper holds it.
 */
export class NewsFifo {
  /** A descriptor of it that is open for reading. */
  readonly descriptor: number;
  /** Without a writer of its own, the manager would read an end whenever there is no other. */
  readonly #writeEnd: number;
  readonly #path: string;
  readonly #socket: Socket;

  /**
   * @param path absolute; created if missing
   * @param insecure its folder may be another user's, also for root
   * @param heard called with what was written; not kept
   * @throws the system's error
   */
  constructor(path: string, insecure: boolean, heard: (bytes: Buffer) => void) {
    this.#path = path;
    const [descriptor, writeEnd] = withOwnFile(
      path,
      place => {
        makeFifos([place]);
        const fd = openSync(place, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
        try {
          return [fd, openSync(nameDescriptor(fd, place), O_RDWR | O_NONBLOCK)] as const;
        } catch (error) {
          closeSync(fd);
          throw error;
        }
      },
      insecure,
    );
    this.descriptor = descriptor;
    this.#writeEnd = writeEnd;
    const options: SocketConstructorOpts & { onread: OnReadOpts } = {
      fd: descriptor,
      readable: true,
      writable: false,
      onread: {
        buffer: Buffer.alloc(SIZE),
        callback: (length, bytes) => {
          heard(bytes.subarray(0, length) as Buffer);
          return true;
        },
      },
    };
    this.#socket = new Socket(options).on('error', () => {});
    this.#socket.resume();
    this.#socket.unref();
  }

  /** Opens an end for writing, for another process. */
  openWriteEnd(): { fd: number; flags: number } {
    return { fd: openSync(nameDescriptor(this.#writeEnd, this.#path), O_RDWR), flags: O_WRONLY };
  }

  /** Throws away what was written so far. */
  empty(): void {
    const waste = Buffer.alloc(SIZE);
    try {
      while (readSync(this.descriptor, waste, 0, SIZE, null) > 0);
    } catch {
      // Nothing is left.
    }
  }

  close(): void {
    this.#socket.destroy();
    closeSync(this.#writeEnd);
  }
}
