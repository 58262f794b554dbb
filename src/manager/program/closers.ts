interface Closable {
  close(): void;
}

/** What is open only until a process has it, or until there can be no process. */
export class Closers {
  readonly #open: Closable[] = [];

  add<One extends Closable>(one: One): One {
    this.#open.push(one);
    return one;
  }

  /** Closes each of them once. */
  close(): void {
    for (const one of this.#open.splice(0)) one.close();
  }
}
