import { LONGEST_LINE } from '../../protocol/output-lines';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Gets a line, without its newline. `isPart`: the next one continues it. The bytes may change after the call. */
export type TakeLine = (bytes: Buffer, isPart: boolean) => void;

/** Finds the lines in chunks of output. A line that is too long becomes several. */
export class LineSplitter {
  readonly #hasReturns: boolean;
  /** The beginning of a line whose end has not come, in chunks. */
  #open: Buffer[] = [];
  #length = 0;

  /** @param hasReturns whether a terminal puts a carriage return before each newline, which is left out */
  constructor(hasReturns = false) {
    this.#hasReturns = hasReturns;
  }

  /** @param take gets each line that ends in the chunk */
  push(chunk: Buffer, take: TakeLine): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#finish(chunk.subarray(from, at), take);
      from = at + 1;
    }
    this.#begin(chunk.subarray(from), take);
  }

  /**
   * The same if nobody wants the lines.
   *
   * @returns how many there were
   */
  count(chunk: Buffer): number {
    let lines = 0;
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (chunk[at] !== NEWLINE) continue;
      lines += 1;
      from = at + 1;
    }
    if (from > 0) this.#takeOpen();
    this.#begin(chunk.subarray(from), () => {
      lines += 1;
    });
    return lines;
  }

  /** The program has exited: what follows begins a line. */
  end(take: TakeLine): void {
    if (this.#length > 0) this.#finish(Buffer.alloc(0), take);
  }

  #finish(rest: Buffer, take: TakeLine): void {
    const whole = this.#length > 0 ? Buffer.concat([this.#takeOpen(), rest]) : rest;
    const line = cut(whole, take);
    const hasReturn = this.#hasReturns && line.at(-1) === CARRIAGE_RETURN;
    take(hasReturn ? line.subarray(0, -1) : line, false);
  }

  #begin(rest: Buffer, take: TakeLine): void {
    if (rest.length === 0) return;
    this.#open.push(Buffer.from(rest));
    this.#length += rest.length;
    if (this.#length <= LONGEST_LINE) return;
    const left = Buffer.from(cut(this.#takeOpen(), take));
    this.#open = [left];
    this.#length = left.length;
  }

  #takeOpen(): Buffer {
    const bytes = Buffer.concat(this.#open);
    this.#open = [];
    this.#length = 0;
    return bytes;
  }
}

/** @returns what is left, which is short enough */
function cut(bytes: Buffer, take: TakeLine): Buffer {
  let left = bytes;
  while (left.length > LONGEST_LINE) {
    const length = findCut(left);
    take(left.subarray(0, length), true);
    left = left.subarray(length);
  }
  return left;
}

/** Not inside a character of UTF-8, which has at most four bytes. */
function findCut(bytes: Buffer): number {
  for (let at = LONGEST_LINE; at > LONGEST_LINE - 4; at--)
    if (((bytes[at] as number) & 0xc0) !== 0x80) return at;
  return LONGEST_LINE;
}
