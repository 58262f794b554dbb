const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const ESC = 0x1b;
const DEL = 0x7f;
/** Longer colour sequences are not accepted, so that no more bytes than this are ever held back. */
const LONGEST_COLOUR = 64;

/**
 * Makes the control characters of a log visible, so that they cannot attack the terminal that shows it
 * (CVE-2020-8445 and the like): C0 becomes `^[`, C1 and bytes that are not UTF-8 become `\x9b`. TAB, LF, CR
 * before LF and colours (SGR, `ESC [ 1 ; 31 m`) pass. A sequence cut by the end of a chunk is held back, so the
 * result does not depend on the chunk boundaries.
 */
export class Neutraliser {
  #held: Buffer = Buffer.alloc(0);

  /** @returns what can be shown now of this chunk and of the bytes held back before */
  consume(chunk: Buffer): Buffer {
    return this.#process(chunk, false);
  }

  /** @returns the bytes held back, made visible, since no more follow */
  flush(): Buffer {
    return this.#process(Buffer.alloc(0), true);
  }

  #process(chunk: Buffer, last: boolean): Buffer {
    const input = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    const parts: Buffer[] = [];
    let shown = 0;
    let at = 0;
    while (at < input.length) {
      if (isPlain(input[at]!)) {
        at += 1;
        continue;
      }
      const harmless = measureHarmless(input, at);
      if (harmless === 'incomplete' && !last) break;
      if (typeof harmless === 'number' && harmless > 0) {
        at += harmless;
        continue;
      }
      const { length, text } = makeVisible(input, at);
      parts.push(input.subarray(shown, at), Buffer.from(text));
      at += length;
      shown = at;
    }
    parts.push(input.subarray(shown, at));
    // A copy: the caller may reuse its chunk.
    this.#held = Buffer.from(input.subarray(at));
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }
}

function isPlain(byte: number): boolean {
  return (byte >= 0x20 && byte < DEL) || byte === LF || byte === TAB;
}

/** The number of bytes from `at` that are safe to show; 0 if the first is not. */
function measureHarmless(input: Buffer, at: number): number | 'incomplete' {
  const byte = input[at]!;
  if (byte === ESC) return measureColour(input, at);
  if (byte === CR) {
    // A terminal turns CR LF into a run of CR before LF; only the last CR passes.
    if (at + 1 === input.length) return 'incomplete';
    return input[at + 1] === LF ? 2 : 0;
  }
  if (byte < 0x80) return 0;
  const length = measureCharacter(input, at);
  const isC1 = length === 2 && byte === 0xc2 && input[at + 1]! < 0xa0;
  return isC1 ? 0 : length;
}

/** `ESC [`, digits separated by `;` or `:`, `m`. */
function measureColour(input: Buffer, at: number): number | 'incomplete' {
  for (let length = 1; length < LONGEST_COLOUR; length += 1) {
    const byte = input[at + length];
    if (byte === undefined) return 'incomplete';
    if (length === 1) {
      if (byte !== 0x5b) return 0;
    } else if (byte === 0x6d) {
      return length + 1;
    } else if (byte < 0x30 || byte > 0x3b) {
      return 0;
    }
  }
  return 0;
}

/** The length of the UTF-8 character at `at`; 0 for overlong, surrogate and other invalid forms (RFC 3629). */
function measureCharacter(input: Buffer, at: number): number | 'incomplete' {
  const first = input[at]!;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let index = 1; index < length; index += 1) {
    const byte = input[at + index];
    if (byte === undefined) return 'incomplete';
    let [lowest, highest] = [0x80, 0xbf];
    if (index === 1) {
      if (first === 0xe0) lowest = 0xa0;
      if (first === 0xed) highest = 0x9f;
      if (first === 0xf0) lowest = 0x90;
      if (first === 0xf4) highest = 0x8f;
    }
    if (byte < lowest || byte > highest) return 0;
  }
  return length;
}

function makeVisible(input: Buffer, at: number): { length: number; text: string } {
  const byte = input[at]!;
  if (byte < 0x20) return { length: 1, text: `^${String.fromCharCode(byte + 0x40)}` };
  if (byte === DEL) return { length: 1, text: '^?' };
  const isC1 = byte === 0xc2 && input[at + 1]! >= 0x80 && input[at + 1]! < 0xa0;
  const shown = isC1 ? input[at + 1]! : byte;
  return { length: isC1 ? 2 : 1, text: `\\x${shown.toString(16)}` };
}
