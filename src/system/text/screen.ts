/* Rows on a terminal that change while somebody looks. */

/** What a terminal shows between these appears at once; one that does not know the mode ignores it. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
/** In front of a row: behind one that is as wide as the screen, it would take the last character. */
const CLEAR_LINE = '\x1b[2K';
const CLEAR_BELOW = '\x1b[J';
const CLEAR_ALL = '\x1b[H\x1b[2J';
/** The other screen, without a cursor, and without lines that go on in the next row. */
const ENTER_WHOLE = `\x1b[?1049h\x1b[?25l\x1b[?7l${CLEAR_ALL}`;
const LEAVE_WHOLE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const ENTER_PART = '\x1b[?25l\x1b[?7l';
const LEAVE_PART = '\x1b[?7h\x1b[?25h';

/**
 * Shows rows, and writes only those that have changed. Either it has the whole screen, as an editor does, or a part
 * below what is there already, whose last state stays.
 */
export class Screen {
  readonly #write: (text: string) => void;
  readonly #isWhole: boolean;
  #rows: readonly string[] = [];
  #isOpen = false;

  constructor(write: (text: string) => void, isWhole: boolean) {
    this.#write = write;
    this.#isWhole = isWhole;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#rows = [];
    this.#write(this.#isWhole ? ENTER_WHOLE : ENTER_PART);
  }

  /** @param rows none wider than the terminal, and fewer than it has, except for the whole screen */
  draw(rows: readonly string[]): void {
    if (!this.#isOpen) return;
    const text = this.#isWhole ? this.#drawWhole(rows) : this.#drawPart(rows);
    this.#rows = [...rows];
    if (text !== '') this.#write(`${BEGIN}${text}${END}`);
  }

  /** Begins with an empty screen: the terminal has another size, or something else has written to it. */
  clear(): void {
    if (!this.#isOpen) return;
    this.#rows = [];
    this.#write(CLEAR_ALL);
  }

  /** Leaves the terminal as it was, as far as it depends on these rows. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#write(`${END}${this.#isWhole ? LEAVE_WHOLE : LEAVE_PART}`);
  }

  #drawWhole(rows: readonly string[]): string {
    const changed = rows.flatMap((row, index) =>
      row === this.#rows[index] ? [] : `\x1b[${index + 1};1H${CLEAR_LINE}${row}`,
    );
    if (rows.length < this.#rows.length) changed.push(`\x1b[${rows.length + 1};1H${CLEAR_BELOW}`);
    return changed.join('');
  }

  /** The cursor rests at the beginning of the line below the rows. */
  #drawPart(rows: readonly string[]): string {
    const before = this.#rows.length;
    let text = '';
    // Counts from the first row; the cursor is always at the beginning of one.
    let at = before;
    const go = (to: number) => {
      if (to < at) text += `\x1b[${at - to}A`;
      if (to > at) text += `\x1b[${to - at}B`;
      at = to;
    };
    for (const [index, row] of rows.entries()) {
      if (index < before && row === this.#rows[index]) continue;
      go(index);
      text += `${CLEAR_LINE}${row}\r\n`;
      at += 1;
    }
    if (rows.length < before) {
      go(rows.length);
      text += CLEAR_BELOW;
    }
    go(rows.length);
    return text;
  }
}
