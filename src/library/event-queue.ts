/** Hands over what comes at any time to a loop that takes one after another. */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #held: T[] = [];
  readonly #end: () => void;
  #waiting: { resolve(result: IteratorResult<T>): void; reject(error: unknown): void } | null = null;
  #failure: unknown = null;
  #isOver = false;

  /** @param end called when the loop leaves */
  constructor(end: () => void) {
    this.#end = end;
  }

  push(item: T): void {
    if (this.#isOver) return;
    if (!this.#waiting) return void this.#held.push(item);
    this.#waiting.resolve({ value: item, done: false });
    this.#waiting = null;
  }

  /** @param error what the loop gets after all that is held; null for its ordinary end */
  finish(error: unknown = null): void {
    this.#isOver = true;
    if (!this.#waiting) {
      this.#failure = error;
      return;
    }
    if (error === null) this.#waiting.resolve({ value: undefined, done: true });
    else this.#waiting.reject(error);
    this.#waiting = null;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#held.length > 0) return Promise.resolve({ value: this.#held.shift() as T, done: false });
    if (this.#failure !== null) {
      const failure = this.#failure;
      this.#failure = null;
      return Promise.reject(failure);
    }
    if (this.#isOver) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#held.length = 0;
    this.finish();
    this.#end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
