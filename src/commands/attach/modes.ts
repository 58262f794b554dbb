/** What a program has changed of the terminal that it draws on, and how to undo it. */
export class TerminalModes {
  /** Private modes that differ from what a terminal has at first (DECSET and DECRST of xterm's ctlseqs). */
  readonly #changed = new Set<number>();
  /** The last sequence of each kind. */
  readonly #extras = new Map<Extra, string>();
  #rest = '';

  /** Whether the program draws a screen of its own, beside that of lines. */
  get isAlternate(): boolean {
    return ALTERNATE.some(mode => this.#changed.has(mode));
  }

  /** Notes what the bytes change. */
  track(bytes: Buffer): void {
    // A sequence may be cut anywhere.
    const text = this.#rest + bytes.toString('latin1');
    let end = 0;
    for (const found of text.matchAll(SEQUENCE)) {
      end = found.index + found[0].length;
      this.#note(found[0], found[1], found[2]);
    }
    const last = text.lastIndexOf('\x1b');
    this.#rest = last >= end && text.length - last < LONGEST ? text.slice(last) : '';
  }

  /** What undoes the changes, for as long as another program has the terminal. */
  undo(): string {
    const modes = [...this.#changed].map(mode => `\x1b[?${mode}${USUALLY_ON.includes(mode) ? 'h' : 'l'}`);
    // The colours last: leaving the other screen brings back those of before.
    return [...[...this.#extras.keys()].map(extra => UNDO[extra]), ...modes, '\x1b[0m'].join('');
  }

  /** What makes the changes again, behind `undo`. */
  redo(): string {
    const modes = [...this.#changed].map(mode => `\x1b[?${mode}${USUALLY_ON.includes(mode) ? 'l' : 'h'}`);
    // A region moves the cursor.
    const region = this.#extras.get('region');
    const others = [...this.#extras].filter(([extra]) => extra !== 'region').map(([, sequence]) => sequence);
    return [...modes, ...others, region === undefined ? '' : `\x1b7${region}\x1b8`].join('');
  }

  /** What undoes the changes; nothing is changed then. */
  reset(): string {
    const undo = this.undo();
    this.#changed.clear();
    this.#extras.clear();
    this.#rest = '';
    return undo;
  }

  #note(sequence: string, modes: string | undefined, letter: string | undefined): void {
    if (modes !== undefined)
      for (const mode of modes.split(';').map(Number)) {
        if ((letter === 'h') === USUALLY_ON.includes(mode)) this.#changed.delete(mode);
        else this.#changed.add(mode);
      }
    else if (sequence === '\x1bc') this.reset();
    else if (sequence === '\x1b=') this.#extras.set('keypad', sequence);
    else if (sequence === '\x1b>') this.#extras.delete('keypad');
    else if (sequence.endsWith('r')) this.#extras.set('region', sequence);
    else if (sequence.endsWith('m')) this.#extras.set('keys', sequence);
    else if (sequence.endsWith('q')) this.#extras.set('cursor', sequence);
    else this.#extras.set('kitty', sequence);
  }
}

type Extra = keyof typeof UNDO;

/** The keypad, the region that scrolls, the keys as xterm reports them, the shape of the cursor, keys as kitty has them. */
const UNDO = {
  keypad: '\x1b>',
  region: '\x1b7\x1b[r\x1b8',
  keys: '\x1b[>4m',
  cursor: '\x1b[0 q',
  kitty: '\x1b[<9u',
} as const;

const ALTERNATE = [47, 1047, 1049];
/** Lines wrap, and the cursor is shown. */
const USUALLY_ON = [7, 25];
/** Characters of a sequence that may be cut. */
const LONGEST = 64;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches control characters
const SEQUENCE = /\x1b(?:\[\?([\d;]+)([hl])|\[[\d;]*r|\[>4;\d+m|\[\d* q|\[>\d*u|[=>c])/g;
