/** Bytes by which the end of what was shown is recognized. */
const LONGEST = 1024;

/** Remembers the end of what was shown, to go on from there when another manager takes over. */
export class ShownOutput {
  #end: Buffer = Buffer.alloc(0);

  add(bytes: Buffer): void {
    this.#end = Buffer.from(Buffer.concat([this.#end, bytes]).subarray(-LONGEST));
  }

  /**
   * @param last the last output, as another manager has it
   * @returns what follows in it; null if that is not known
   */
  findRest(last: Buffer): Buffer | null {
    if (this.#end.length === 0) return null;
    const at = last.lastIndexOf(this.#end);
    return at < 0 ? null : last.subarray(at + this.#end.length);
  }
}
