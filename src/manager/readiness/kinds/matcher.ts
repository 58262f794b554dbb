import { createContext, Script } from 'node:vm';

/** Milliseconds that matching may take before it is interrupted. */
const LONGEST_MS = 50;
/** Lines that may take too long before nothing more is matched: the manager has other things to do. */
const MOST_SLOW = 20;

/**
 * `at` is the line that is matched now, so that an interrupt is known to be its fault. The engine interrupts a regular
 * expression, even one that backtracks without end, only inside of a script with a time limit.
 */
const SCRIPT = `
  for (; at < lines.length; at += 1) if (pattern.test(lines[at])) break;
  at < lines.length;
`;

/** Matches lines against a regular expression, for a limited time. */
export class Matcher {
  readonly #script = new Script(SCRIPT);
  readonly #scope: { pattern: RegExp; lines: readonly string[]; at: number };
  readonly #onSlow: (line: string) => void;
  #slow = 0;
  /** Whether the last interrupt came although the manager had hardly had the processor; never twice in a row. */
  #wasBusy = false;

  /**
   * @param source of the regular expression
   * @param onSlow called with a line that took too long, which counts as no match
   */
  constructor(source: string, onSlow: (line: string) => void) {
    this.#scope = { pattern: new RegExp(source), lines: [], at: 0 };
    this.#onSlow = onSlow;
    createContext(this.#scope);
  }

  /** Whether so many lines took too long that it has given up. */
  get hasGivenUp(): boolean {
    return this.#slow >= MOST_SLOW;
  }

  /** Whether one of the lines matches. */
  matches(lines: readonly string[]): boolean {
    const scope = this.#scope;
    scope.lines = lines;
    scope.at = 0;
    try {
      while (scope.at < lines.length && !this.hasGivenUp) {
        const before = scope.at;
        const found = this.#run();
        if (found !== null) return found;
        // What was fast enough had used up the time of the next one, which gets its own; or another process had.
        if (scope.at !== before || this.#wasBusy) continue;
        this.#slow += 1;
        this.#onSlow(lines[scope.at] ?? '');
        scope.at += 1;
      }
      return false;
    } finally {
      scope.lines = [];
    }
  }

  /** @returns null when it was interrupted */
  #run(): boolean | null {
    const before = process.cpuUsage();
    try {
      const found = this.#script.runInContext(this.#scope, { timeout: LONGEST_MS }) as boolean;
      this.#wasBusy = false;
      return found;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      const { user, system } = process.cpuUsage(before);
      this.#wasBusy = !this.#wasBusy && user + system < LONGEST_MS * 500;
      return null;
    }
  }
}
