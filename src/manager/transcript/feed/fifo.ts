import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { nameDescriptor } from '../../../system/descriptors';
import { errorCode } from '../../../system/errors';
import { makeFifos } from '../../../system/fifo';
import { startPerl } from '../../../system/perl';
import { withOwnFile } from '../../../system/trust/own-folder';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const F_SETPIPE_SZ = 1031;
/** Bytes of a widened FIFO; more needs root. */
const WIDE = 1 << 20;

/** The FIFO whose reader is the command of `transcript-program`. Both ends are open, so it never breaks. */
export class ReceiverFifo {
  readonly readEnd: number;
  readonly writeEnd: number;
  readonly #path: string;
  #isEnded = false;

  /**
   * @param path absolute
   * @param isFresh whether an existing one, which may still have a reader, is replaced
   * @param insecure its folder may be another user's, also for root
   * @throws the system's error; as `withOwnFile`
   */
  constructor(path: string, isFresh: boolean, insecure: boolean) {
    this.#path = path;
    [this.readEnd, this.writeEnd] = withOwnFile(path, place => openBothEnds(place, isFresh), insecure);
    if (isFresh) this.#widen();
  }

  /** Opens what becomes the standard input of a reader, which blocks as usual. */
  openForReader(): number {
    return openSync(nameDescriptor(this.readEnd, this.#path), O_RDONLY);
  }

  /**
   * Writes as much as there is room for.
   *
   * @returns the position reached
   * @throws the system's error, except that it is full
   */
  write(bytes: Buffer, start: number, end: number): number {
    let at = start;
    try {
      while (at < end) at += writeSync(this.writeEnd, bytes, at, end - at);
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error;
    }
    return at;
  }

  /** Takes what nobody has read. @returns the number of bytes */
  takeRest(): number {
    const waste = Buffer.allocUnsafe(64 << 10);
    let rest = 0;
    try {
      for (let length = -1; length !== 0; rest += length)
        length = readSync(this.readEnd, waste, 0, waste.length, null);
    } catch {
      // It is empty.
    }
    return rest;
  }

  /** Its reader finds the end once it has read everything, unless others can write. */
  end(): void {
    if (!this.#isEnded) closeSync(this.writeEnd);
    this.#isEnded = true;
  }

  close(): void {
    this.end();
    closeSync(this.readEnd);
  }

  /**
   * A full FIFO is tried again after a pause, so its size limits the rate; and what fits into it is not lost by a burst.
   * Node has no fcntl(2).
   */
  #widen(): void {
    if (process.platform !== 'linux') return;
    try {
      // One of its own, for Node has the standard streams of a process block, here as well.
      const fd = this.openForReader();
      try {
        startPerl(`fcntl(STDOUT, ${F_SETPIPE_SZ}, ${WIDE})`, { stdio: ['ignore', fd, 'ignore'] });
      } finally {
        closeSync(fd);
      }
    } catch {
      // It stays as it is.
    }
  }
}

function openBothEnds(place: string, isFresh: boolean): [number, number] {
  if (isFresh) {
    try {
      unlinkSync(place);
    } catch {
      // There is none, or makeFifos reports it.
    }
  }
  makeFifos([place]);
  const readEnd = openSync(place, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    return [readEnd, openSync(nameDescriptor(readEnd, place), O_WRONLY | O_NONBLOCK)];
  } catch (error) {
    closeSync(readEnd);
    throw error;
  }
}
