import type { Destination } from '../sink';

/** Two destinations of the same output, each with what waits for it. */
export class Sinks implements Destination {
  readonly #both: readonly [Destination, Destination];

  /** @param first whose lines are those of the file */
  constructor(first: Destination, second: Destination) {
    this.#both = [first, second];
  }

  get lost(): number {
    return this.#both[0].lost + this.#both[1].lost;
  }

  get held(): number {
    return this.#both[0].held + this.#both[1].held;
  }

  get problem(): string | null {
    return this.#both[0].problem ?? this.#both[1].problem;
  }

  get isFull(): boolean {
    return this.#both.some(({ isFull }) => isFull);
  }

  write(bytes: Buffer, start: number, end: number): void {
    for (const one of this.#both) one.write(bytes, start, end);
  }

  writeLine(text: string): void {
    for (const one of this.#both) one.writeLine(text);
  }

  endLine(): void {
    for (const one of this.#both) one.endLine();
  }

  noteFileEnd(endsLine: boolean): void {
    this.#both[0].noteFileEnd(endsLine);
  }

  reopen(): void {
    for (const one of this.#both) one.reopen();
  }

  close(): void {
    for (const one of this.#both) one.close();
  }
}
