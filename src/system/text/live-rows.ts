/** What a terminal shows between these appears at once; one that does not know the mode ignores it. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
const CLEAR_BELOW = '\x1b[J';

/**
 * Rows below what a terminal shows already, which are written again and again. Nothing has to be put back at the end,
 * however that comes: the cursor stays visible, and rests below the rows.
 */
export class LiveRows {
  readonly #write: (text: string) => void;
  #count = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** @param rows each narrower than the terminal, and together lower */
  draw(rows: readonly string[]): void {
    if (rows.length === 0 && this.#count === 0) return;
    // What Ctrl-C has shown there is cleared as well.
    const up = this.#count > 0 ? `\x1b[${this.#count}A` : '';
    this.#write(`${BEGIN}\r${up}${CLEAR_BELOW}${rows.map(row => `${row}\r\n`).join('')}${END}`);
    this.#count = rows.length;
  }
}
