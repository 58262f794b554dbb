/** The last bytes of a stream, kept in one fixed buffer. */
export class Ring {
  /** Bytes ever added or skipped. */
  total = 0;
  readonly size: number;
  readonly #buffer: Buffer;
  /** Where what is remembered begins, after bytes that were skipped. */
  #from = 0;
  /** A chunk that fills the ring alone is not copied before a smaller one comes; and where it ends. */
  #borrowed: Buffer | null = null;
  #borrowedEnd = 0;

  /** @param size how many bytes to remember */
  constructor(size: number) {
    this.size = size;
    this.#buffer = Buffer.alloc(size);
  }

  /**
   * @param chunk
   * @param length how many of its bytes count
   * @param lends the chunk's bytes stay as they are until the next one is added
   */
  add(chunk: Buffer, length = chunk.length, lends = false): void {
    if (length === 0) return;
    this.total += length;
    if (lends && length >= this.size) {
      this.#borrowed = chunk;
      this.#borrowedEnd = length;
      return;
    }
    if (this.#borrowed && length < this.size)
      this.#copy(this.#borrowed, this.#borrowedEnd, this.total - length);
    this.#borrowed = null;
    this.#copy(chunk, length, this.total);
  }

  /** Counts bytes that are not to be had any more; what is added next must come right after them. */
  skip(length: number): void {
    if (length === 0) return;
    this.total += length;
    this.#borrowed = null;
    this.#from = this.total;
  }

  /**
   * The last lines that came after a mark.
   *
   * @param count how many lines at most
   * @param mark a former `total`
   */
  lastLines(count: number, mark = 0): string[] {
    const lines = this.read(mark).toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-count);
  }

  /** What is remembered of the bytes that came after a mark, as a copy. */
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

  /** Puts the last bytes of a chunk that ended at the place `until` of the stream where they belong. */
  #copy(chunk: Buffer, length: number, until: number): void {
    const from = Math.max(0, length - this.size);
    const at = (until - (length - from)) % this.size;
    const first = Math.min(length - from, this.size - at);
    chunk.copy(this.#buffer, at, from, from + first);
    chunk.copy(this.#buffer, 0, from + first, length);
  }
}
