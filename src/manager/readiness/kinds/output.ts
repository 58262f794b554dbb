import type { Transcript } from '../../transcript/transcript';
import { LineReader } from './lines';
import { Matcher } from './matcher';

export interface OutputOptions {
  /** The regular expressions that are looked for. */
  patterns: readonly string[];
  /** Called when one has matched, once for each. */
  matched(pattern: string): void;
  /** Called when matching a line took too long. @param isLast whether nothing more is matched */
  slow(pattern: string, isLast: boolean): void;
}

/** Looks for regular expressions in the lines of a run's output, until each has matched. */
export class OutputWatch {
  readonly #options: OutputOptions;
  readonly #matchers: Map<string, Matcher>;
  #end = () => {};
  #isOver = false;

  constructor(options: OutputOptions) {
    this.#options = options;
    const slow = (pattern: string) => () =>
      options.slow(pattern, this.#matchers.get(pattern)?.hasGivenUp ?? false);
    this.#matchers = new Map(options.patterns.map(pattern => [pattern, new Matcher(pattern, slow(pattern))]));
  }

  /**
   * Looks at all output from now on.
   *
   * @param earlier what each stream has had of this run so far
   */
  begin(transcript: Pick<Transcript, 'watch'>, earlier: readonly Buffer[] = []): void {
    for (const bytes of earlier) this.#look(new LineReader().read(bytes));
    if (this.#isOver) return;
    this.#end = transcript.watch(() => {
      const reader = new LineReader();
      return bytes => this.#look(reader.read(bytes));
    });
  }

  end(): void {
    this.#isOver = true;
    this.#end();
    this.#end = () => {};
  }

  #look(lines: readonly string[]): void {
    if (this.#isOver || lines.length === 0) return;
    for (const [pattern, matcher] of [...this.#matchers]) {
      if (matcher.hasGivenUp || !matcher.matches(lines)) continue;
      this.#matchers.delete(pattern);
      this.#options.matched(pattern);
    }
    const isIdle = [...this.#matchers.values()].every(matcher => matcher.hasGivenUp);
    // Not now: the chunk is still being consumed.
    if (isIdle && !this.#isOver) {
      this.#isOver = true;
      setImmediate(() => this.end());
    }
  }
}
