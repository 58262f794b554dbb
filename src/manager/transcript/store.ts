const BLOCK = 256 << 10;

interface Block {
  bytes: Buffer;
  start: number;
  end: number;
}

/** Bytes that wait in memory, in order: in blocks, so that a great many small chunks take no more than they hold. */
export class Store {
  /** Bytes that wait. */
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
   * Hands the bytes over until one block is not taken whole.
   *
   * @param take returns how far it got, from `start`
   * @returns whether nothing is left
   */
  drain(take: (bytes: Buffer, start: number, end: number) => number): boolean {
    for (let block = this.#blocks[0]; block; block = this.#blocks[0]) {
      const reached = take(block.bytes, block.start, block.end);
      this.size -= reached - block.start;
      block.start = reached;
      if (reached < block.end) return false;
      this.#blocks.shift();
    }
    return true;
  }
}
