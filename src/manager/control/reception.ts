import type { Answer } from './connection';

/**
 * Answers requests once the manager knows what there is. Its socket is open before it has taken over from another one: a
 * client that was told then that nothing runs would believe that a stop is done.
 */
export class Reception {
  readonly #answer: (line: string) => Promise<Answer> | Answer;
  #waiting: (() => void)[] | null = [];

  /** @param answer answers one request */
  constructor(answer: (line: string) => Promise<Answer> | Answer) {
    this.#answer = answer;
  }

  answer(line: string): Promise<Answer> | Answer {
    const waiting = this.#waiting;
    if (!waiting) return this.#answer(line);
    return new Promise<void>(resolve => waiting.push(resolve)).then(() => this.#answer(line));
  }

  /** Answers what has come so far, in order, and from now on everything at once. */
  open(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const act of waiting) act();
  }
}
