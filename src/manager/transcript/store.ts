const BLOCK = 256 << 10;

interface Block {
  bytes: Buffer;
  start: number;
  end: number;
}

/** Bytes that wait in memory, in order. They are stored in blocks, so that many small chunks add no overhead. */
export class Store {
  /** The number of waiting bytes. */
  size = 0;
  #blocks: Block[] = [];

  add(bytes: Buffer, start: number, end: number): void {
    this.size += end - start;
    for (let at = start; at < end; ) {
      let last = this.#blocks.at(-1);
      if (!last || last.end === BLOCK) {
        last = { bytes: Buffer.allocUnsafeSlow(BLOCK), start: 0, end: 0 };
        this.#blocks.push(last);
      }
      const copied = bytes.copy(last.bytes, last.end, at, end);
      last.end += copied;
      at += copied;
    }
  }

  /**
   * Writes out the blocks until one of them is not written completely.
   *
   * @param write returns the position it reached
   * @returns whether the store is empty
   */
  drain(write: (bytes: Buffer, start: number, end: number) => number): boolean {
    for (let block = this.#blocks[0]; block; block = this.#blocks[0]) {
      const reached = write(block.bytes, block.start, block.end);
      this.size -= reached - block.start;
      block.start = reached;
      if (reached < block.end) return false;
      this.#blocks.shift();
    }
    return true;
  }
}
