import type { Writable } from 'node:stream';
import { showControls } from '../show-controls';

/** The columns of `^C`, which a terminal shows behind the line. */
const ECHO = 2;

/** One line on a terminal that is written again and again. It uses no escape sequence, so any terminal will do. */
export class LiveLine {
  readonly #stream: Writable;
  #shown = 0;

  /** @param stream nothing is written if it is not a terminal */
  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** A dumb terminal would show each text on a line of its own. */
  get isVisible(): boolean {
    return 'isTTY' in this.#stream && this.#stream.isTTY === true && process.env.TERM !== 'dumb';
  }

  /** Replaces the line by another text, cut to the width of the terminal. */
  show(text: string): void {
    if (!this.isVisible) return;
    const { columns = 80 } = this.#stream as { columns?: number };
    const line = Array.from(showControls(text)).slice(0, columns - 1 - ECHO);
    this.#stream.write(`\r${line.join('')}${' '.repeat(Math.max(0, this.#shown - line.length))}`);
    this.#shown = line.length;
  }

  /** Removes the line: what is printed next begins at its place. */
  clear(): void {
    if (this.#shown === 0) return;
    this.#stream.write(`\r${' '.repeat(this.#shown + ECHO)}\r`);
    this.#shown = 0;
  }
}
