import { type Colour, type Look, paint } from '../../system/terminal';
import { cut, measure, pad } from '../../system/text/columns';

/** Gets the output of one program, in chunks. */
export interface LineWriter {
  write(chunk: Buffer): Promise<void>;
  /** Writes a last line that has no end. */
  flush(): Promise<void>;
}

export interface NamedLinesOptions {
  /** Those of all programs, so that the lines stand below each other. */
  names: readonly string[];
  write(chunk: Buffer): Promise<void> | void;
  /** Of the terminal; null for a pipe. */
  look: Look | null;
}

const NEWLINE = 0x0a;
const ESC = 0x1b;
/** Bytes of a line after which it is written although it has no end. */
const LONGEST = 64 * 1024;
const COLOURS: readonly Colour[] = ['cyan', 'yellow', 'green', 'magenta', 'blue'];
/** Columns of a name on a terminal. */
const WIDEST = 20;

/** Writes the output of several programs to one place: line by line, each with the name of its program in front. */
export class NamedLines {
  readonly #options: NamedLinesOptions;
  readonly #width: number;
  /** A line is written as a whole, also where the reader is slow. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: NamedLinesOptions) {
    const { names, look } = options;
    this.#options = options;
    const widest = names.reduce((width, name) => Math.max(width, measure(name)), 0);
    this.#width = look ? Math.min(widest, WIDEST, Math.floor(look.columns / 3)) : widest;
  }

  /** @param name of the program, one of `names` */
  writerFor(name: string): LineWriter {
    const prefix = this.#makePrefix(name);
    let rest: Buffer[] = [];
    let held = 0;
    const take = (bytes: Buffer): Buffer => {
      const line = Buffer.concat([prefix, ...rest, bytes, this.#endOf([...rest, bytes])]);
      rest = [];
      held = 0;
      return line;
    };
    return {
      write: chunk => {
        const lines: Buffer[] = [];
        let from = 0;
        for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
          lines.push(take(chunk.subarray(from, at)));
          from = at + 1;
        }
        // The caller may use its chunk again.
        if (from < chunk.length) rest.push(Buffer.from(chunk.subarray(from)));
        held += chunk.length - from;
        if (held >= LONGEST) lines.push(take(Buffer.alloc(0)));
        return this.#write(lines);
      },
      flush: () => this.#write(rest.length > 0 ? [take(Buffer.alloc(0))] : []),
    };
  }

  #write(lines: Buffer[]): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    const written = this.#last.then(() => this.#options.write(Buffer.concat(lines)));
    this.#last = written.catch(() => {});
    return written;
  }

  #makePrefix(name: string): Buffer {
    const { look, names } = this.#options;
    const shown = pad(cut(name, this.#width), this.#width);
    const colour = COLOURS[Math.max(0, names.indexOf(name)) % COLOURS.length] as Colour;
    return Buffer.from(`${look ? paint(shown, colour, look) : shown} | `);
  }

  /** A colour of the program ends with its line. */
  #endOf(parts: readonly Buffer[]): Buffer {
    const isColoured = this.#options.look !== null && parts.some(part => part.includes(ESC));
    return Buffer.from(isColoured ? '\x1b[0m\n' : '\n');
  }
}
