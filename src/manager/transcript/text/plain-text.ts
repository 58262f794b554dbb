import type { Consume } from './stamp';

const BELL = 0x07;
const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const CANCEL = 0x18;
const SUBSTITUTE = 0x1a;
const ESCAPE = 0x1b;
const DELETE = 0x7f;
/** What ESC [ and ESC ] begin: a control sequence, and a command for the terminal, such as its title. */
const SEQUENCE = 0x5b;
const COMMAND = 0x5d;
/** What begins other strings: DCS, SOS, PM, APC, and the title of a window in screen and tmux. */
const STRINGS: readonly number[] = [...Buffer.from('PX^_k')];
/** Commands without an end on the console of Linux: its palette is reset, or set with so many digits. */
const RESET_PALETTE = 0x52;
const SET_PALETTE = 0x50;
const PALETTE_DIGITS = 7;

/** From so many bytes on, a newline ends a string, and anything ends a sequence: the real end may never come. */
const LONG = 4 << 10;
/** So many bytes are no string. */
const LONGEST = 1 << 20;
/** Text is passed on in pieces of this size, so that memory use is constant. */
const PIECE = 128 << 10;

const TEXT = Uint8Array.from({ length: 256 }, (_, byte) => (isText(byte) ? 1 : 0));

type State =
  | 'text'
  | 'escape'
  | 'designation'
  | 'sequence'
  | 'command start'
  | 'command'
  | 'string'
  | 'palette';

/**
 * Takes out what is meant for a terminal: escape sequences as ECMA-48 and xterm define them, and control characters but
 * for tab, newline and carriage return. Carriage returns before a newline go, too. It processes bytes, so a chunk may end
 * anywhere. Bytes from 0x80 on pass: they are letters, within which a control character of eight bits would be none.
 */
export class PlainText {
  #state: State = 'text';
  /** Bytes since ESC. */
  #length = 0;
  /** Carriage returns that wait for what follows. */
  #returns = 0;
  #filled = 0;
  readonly #piece = Buffer.allocUnsafeSlow(PIECE);

  /** Passes on the text of a chunk. */
  pass(bytes: Buffer, start: number, end: number, consume: Consume): void {
    for (let at = start; at < end; ) {
      const byte = bytes[at]!;
      if (this.#state !== 'text') {
        if (this.#step(byte)) at += 1;
      } else if (TEXT[byte] === 1) {
        const from = at;
        do at += 1;
        while (at < end && TEXT[bytes[at]!] === 1);
        this.#endReturns(byte, consume);
        this.#put(bytes, from, at, consume);
      } else {
        this.#control(byte);
        at += 1;
      }
    }
    this.#flush(consume);
  }

  /** What follows is no continuation of what was passed so far. */
  reset(): void {
    this.#state = 'text';
    this.#returns = 0;
  }

  #control(byte: number): void {
    if (byte === RETURN) this.#returns += 1;
    if (byte !== ESCAPE) return;
    this.#state = 'escape';
    this.#length = 0;
  }

  /** @returns whether the byte belongs to what began with ESC; if not, that has ended before it */
  #step(byte: number): boolean {
    this.#length += 1;
    if (this.#state === 'command start') {
      if (byte === RESET_PALETTE) return this.#end(true);
      this.#state = byte === SET_PALETTE ? 'palette' : 'command';
      if (byte === SET_PALETTE) return true;
    }
    return this.#state === 'command' || this.#state === 'string'
      ? this.#stepString(byte)
      : this.#stepSequence(byte);
  }

  /** Any other ESC ends a string as well as that of ESC \, which then is a sequence of its own. */
  #stepString(byte: number): boolean {
    if (byte === ESCAPE || this.#length > LONGEST) return this.#end(false);
    if (byte === NEWLINE && this.#length > LONG) return this.#end(false);
    const isLast = byte === CANCEL || byte === SUBSTITUTE || (byte === BELL && this.#state === 'command');
    return isLast ? this.#end(true) : true;
  }

  /** A terminal would obey a control character within a sequence and go on; here the rest of a line matters more. */
  #stepSequence(byte: number): boolean {
    if (byte < 0x20 || byte >= DELETE || this.#length > LONG) return this.#end(false);
    switch (this.#state) {
      case 'escape':
        this.#state = chooseState(byte);
        return true;
      case 'palette':
        // The P is the second byte.
        if (!/[\da-f]/i.test(String.fromCharCode(byte))) return this.#end(false);
        return this.#length === 2 + PALETTE_DIGITS ? this.#end(true) : true;
      default:
        return byte >= (this.#state === 'sequence' ? 0x40 : 0x30) ? this.#end(true) : true;
    }
  }

  #end(isIncluded: boolean): boolean {
    this.#state = 'text';
    return isIncluded;
  }

  #endReturns(next: number, consume: Consume): void {
    if (next === NEWLINE) this.#returns = 0;
    for (; this.#returns > 0; this.#returns -= 1) {
      if (this.#filled === PIECE) this.#flush(consume);
      this.#piece[this.#filled] = RETURN;
      this.#filled += 1;
    }
  }

  #put(bytes: Buffer, start: number, end: number, consume: Consume): void {
    for (let at = start; at < end; ) {
      const copied = bytes.copy(this.#piece, this.#filled, at, end);
      at += copied;
      this.#filled += copied;
      if (at < end) this.#flush(consume);
    }
  }

  #flush(consume: Consume): void {
    if (this.#filled > 0) consume(this.#piece, 0, this.#filled);
    this.#filled = 0;
  }
}

function isText(byte: number): boolean {
  return (byte >= 0x20 && byte !== DELETE) || byte === TAB || byte === NEWLINE;
}

function chooseState(second: number): State {
  if (second === SEQUENCE) return 'sequence';
  if (second === COMMAND) return 'command start';
  if (STRINGS.includes(second)) return 'string';
  return second < 0x30 ? 'designation' : 'text';
}
