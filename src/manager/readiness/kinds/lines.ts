/** Bytes of a line that are looked at. */
const LONGEST = 4096;
const NEWLINE = 10;
/** Colours, movements of the cursor and titles (ECMA-48): CSI, OSC, and escapes of two characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is for
const ESCAPES = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]/g;

/** Cuts a stream of bytes into lines of text without colours; of each, only the beginning is kept. */
export class LineReader {
  #parts: Buffer[] = [];
  #length = 0;
  /** Whether the rest of the line is skipped. */
  #isCut = false;

  /**
   * @param bytes the next chunk; not kept
   * @returns the lines that are whole by now, or long enough, each once
   */
  read(bytes: Buffer): string[] {
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const found = bytes.indexOf(NEWLINE, at);
      const end = found < 0 ? bytes.length : found;
      // Most lines come whole.
      if (found >= 0 && this.#length === 0 && !this.#isCut) {
        lines.push(clean(bytes.toString('utf8', at, Math.min(end, at + LONGEST))));
        at = end + 1;
        continue;
      }
      this.#add(bytes.subarray(at, end), lines);
      if (found >= 0) this.#endLine(lines);
      at = end + 1;
    }
    return lines;
  }

  #add(bytes: Buffer, lines: string[]): void {
    if (this.#isCut) return;
    const part = bytes.subarray(0, LONGEST - this.#length);
    this.#parts.push(Buffer.from(part));
    this.#length += part.length;
    if (this.#length < LONGEST) return;
    lines.push(this.#take());
    this.#isCut = true;
  }

  #endLine(lines: string[]): void {
    if (!this.#isCut) lines.push(this.#take());
    this.#isCut = false;
  }

  #take(): string {
    const text = Buffer.concat(this.#parts.splice(0)).toString();
    this.#length = 0;
    return clean(text);
  }
}

function clean(text: string): string {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  return line.includes('\x1b') ? line.replace(ESCAPES, '') : line;
}
