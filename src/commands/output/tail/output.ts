import { Neutraliser } from './escape-controls';

/** Takes one chunk; the next one comes when the promise resolves. */
export type Writer = (chunk: Buffer) => Promise<void> | void;

const NEWLINE = 0x0a;

/** What stands between the file and the caller's `write`. */
export class TailOutput {
  readonly #write: Writer;
  readonly #neutraliser: Neutraliser | null;
  #last = NEWLINE;

  /** @param options `raw`: bytes pass as they are, otherwise control characters are made visible */
  constructor({ write, raw }: { write: Writer; raw: boolean }) {
    this.#write = write;
    this.#neutraliser = raw ? null : new Neutraliser();
  }

  async write(chunk: Buffer): Promise<void> {
    await this.#pass(this.#neutraliser ? this.#neutraliser.take(chunk) : chunk);
  }

  /** Puts a line of ours on a line of its own. */
  async notice(text: string): Promise<void> {
    await this.end();
    await this.#pass(Buffer.from(`${this.#last === NEWLINE ? '' : '\n'}${text}\n`));
  }

  /** Passes on what was held back because it was incomplete. */
  async end(): Promise<void> {
    if (this.#neutraliser) await this.#pass(this.#neutraliser.end());
  }

  async #pass(chunk: Buffer): Promise<void> {
    if (chunk.length === 0) return;
    this.#last = chunk.at(-1) ?? NEWLINE;
    await this.#write(chunk);
  }
}
