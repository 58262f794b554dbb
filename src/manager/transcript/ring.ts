import type { Clock } from '../../system/clock';

/** The last bytes of a stream, in a buffer of fixed size. */
export class Ring {
  /** Total bytes added or skipped so far. */
  total = 0;
  readonly size: number;
  /** Called after bytes were added. */
  added: (() => void) | null = null;
  readonly #buffer: Buffer;
  /** The position in the stream after the last skipped byte; the ring has no bytes before it. */
  #from = 0;
  /** A chunk that fills the ring by itself, which is copied only when a smaller one arrives; and where it ends. */
  #borrowed: Buffer | null = null;
  #borrowedEnd = 0;

  /** @param size how many bytes to store */
  constructor(size: number) {
    this.size = size;
    this.#buffer = Buffer.alloc(size);
  }

  /**
   * @param chunk the bytes to add
   * @param length how many of the chunk's bytes to add
   * @param lends whether the chunk's bytes stay unchanged until the next chunk is added
   */
  add(chunk: Buffer, length = chunk.length, lends = false): void {
    if (length === 0) return;
    this.total += length;
    if (lends && length >= this.size) {
      this.#borrowed = chunk;
      this.#borrowedEnd = length;
    } else {
      if (this.#borrowed && length < this.size)
        this.#copy(this.#borrowed, this.#borrowedEnd, this.total - length);
      this.#borrowed = null;
      this.#copy(chunk, length, this.total);
    }
    this.added?.();
  }

  /** Counts bytes that are no longer available; the bytes added next must follow them directly. */
  skip(length: number): void {
    if (length === 0) return;
    this.total += length;
    this.#borrowed = null;
    this.#from = this.total;
  }

  /**
   * Returns the last lines after a mark.
   *
   * @param count the maximum number of lines
   * @param mark an earlier value of `total`
   */
  lastLines(count: number, mark = 0): string[] {
    const lines = this.read(mark).toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-count);
  }

  /** Copies the stored bytes after a mark. */
  read(mark = 0): Buffer {
    const start = Math.max(mark, this.#from, this.total - this.size);
    const bytes = Buffer.alloc(this.total - start);
    if (this.#borrowed) {
      this.#borrowed.copy(bytes, 0, this.#borrowedEnd - bytes.length, this.#borrowedEnd);
      return bytes;
    }
    const at = start % this.size;
    const copied = this.#buffer.copy(bytes, 0, at);
    this.#buffer.copy(bytes, copied);
    return bytes;
  }

  /** Copies the last bytes of a chunk, which ends at position `until` of the stream, to their place in the buffer. */
  #copy(chunk: Buffer, length: number, until: number): void {
    const from = Math.max(0, length - this.size);
    const at = (until - (length - from)) % this.size;
    const first = Math.min(length - from, this.size - at);
    chunk.copy(this.#buffer, at, from, from + first);
    chunk.copy(this.#buffer, 0, from + first, length);
  }
}

/** Clients that wait for output. */
export class Followers {
  readonly #ring: Ring;
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();

  /** @param ring which calls `added` only while a client waits */
  constructor(ring: Ring, clock: Clock) {
    this.#ring = ring;
    this.#clock = clock;
  }

  /** Resolves at the next output, at `wake`, or after so many seconds. */
  wait(seconds: number): Promise<void> {
    return new Promise(resolve => {
      const cancel = this.#clock.after(seconds, () => end());
      const end = () => {
        cancel();
        this.#waiting.delete(end);
        if (this.#waiting.size === 0) this.#ring.added = null;
        resolve();
      };
      this.#waiting.add(end);
      this.#ring.added = () => this.wake();
    });
  }

  /** Ends all waits. */
  wake(): void {
    for (const end of [...this.#waiting]) end();
  }
}

type Watcher = (bytes: Buffer) => void;

/** Those who get all output as it comes: probes, and visitors of the console. */
export class Watchers {
  /** For each of them, one function for each stream. */
  readonly #all = new Set<readonly Watcher[]>();

  /**
   * @param streams one that has no watcher may be read by others
   * @param make makes one function for each stream
   * @returns a function that ends that
   */
  add(streams: readonly { watch(watcher: Watcher | null): void }[], make: () => Watcher): () => void {
    const watchers = streams.map(make);
    this.#all.add(watchers);
    this.#update(streams);
    return () => {
      this.#all.delete(watchers);
      this.#update(streams);
    };
  }

  #update(streams: readonly { watch(watcher: Watcher | null): void }[]): void {
    const all = [...this.#all];
    for (const [index, stream] of streams.entries()) {
      const pass = (bytes: Buffer) => {
        for (const watchers of all) watchers[index]?.(bytes);
      };
      stream.watch(all.length === 0 ? null : pass);
    }
  }
}
