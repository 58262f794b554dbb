import { Neutraliser } from './escape-controls';

/** Consumes one chunk; the next one follows when the promise resolves. */
export type Writer = (chunk: Buffer) => Promise<void> | void;

const NEWLINE = 0x0a;

/** Filters the output between the file and the caller's `write`. */
export class TailOutput {
  readonly #write: Writer;
  readonly #neutraliser: Neutraliser | null;
  #last = NEWLINE;

  /** @param options with `raw`, bytes pass unchanged; otherwise control characters are made visible */
  constructor({ write, raw }: { write: Writer; raw: boolean }) {
    this.#write = write;
    this.#neutraliser = raw ? null : new Neutraliser();
  }

  async write(chunk: Buffer): Promise<void> {
    await this.#pass(this.#neutraliser ? this.#neutraliser.consume(chunk) : chunk);
  }

  /** Writes a notice on a separate line. */
  async notice(text: string): Promise<void> {
    await this.flush();
    await this.#pass(Buffer.from(`${this.#last === NEWLINE ? '' : '\n'}${text}\n`));
  }

  /** Writes the incomplete sequence that was held back, if any. */
  async flush(): Promise<void> {
    if (this.#neutraliser) await this.#pass(this.#neutraliser.flush());
  }

  async #pass(chunk: Buffer): Promise<void> {
    if (chunk.length === 0) return;
    this.#last = chunk.at(-1) ?? NEWLINE;
    await this.#write(chunk);
  }
}
