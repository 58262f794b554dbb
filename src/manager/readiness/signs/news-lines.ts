/** Characters of a line; what zd's own processes say is far shorter. */
const LONGEST = 4096;

/** Cuts what comes over a FIFO into lines. A line without an end takes no more memory than a long line. */
export class NewsLines {
  #rest = '';
  #isTooLong = false;

  /** @returns the lines that are whole by now; one that is too long is left out */
  read(text: string): string[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (lines.length > 0 && this.#isTooLong) lines.shift();
    if (lines.length > 0) this.#isTooLong = false;
    if (this.#rest.length > LONGEST) {
      this.#rest = '';
      this.#isTooLong = true;
    }
    return lines;
  }

  /** Forgets a line that has begun. */
  empty(): void {
    this.#rest = '';
    this.#isTooLong = false;
  }
}
