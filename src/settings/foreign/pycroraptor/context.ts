import { errorAt } from '../../faults';
import type { LineReport, Verdict } from '../line-report';
import type { Path } from '../pm2/json-lines';
import type { Parsed } from '../pm2/parse';

/** The values of a configuration, the lines where they are, and what becomes of those. */
export class Context {
  constructor(
    private readonly value: unknown,
    private readonly parsed: Parsed,
    private readonly report: LineReport,
  ) {}

  /** Undefined for a member that is not there. */
  at(path: Path): unknown {
    let value = this.value;
    for (const key of path) {
      const isIn = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
      value = isIn ? (value as Record<string | number, unknown>)[key] : undefined;
    }
    return value;
  }

  /** @throws UsageError for what is not a text */
  text(path: Path): string | undefined {
    const value = this.at(path);
    if (value === undefined || typeof value === 'string') return value;
    throw this.fault(path, 'must be a text');
  }

  /** @throws UsageError for what is not a list of texts */
  texts(path: Path): string[] {
    const value = this.at(path);
    if (Array.isArray(value) && value.every(one => typeof one === 'string')) return value;
    throw this.fault(path, 'must be a list of names');
  }

  /** Null if it is not there. @throws UsageError for what is no object */
  object(path: Path): Record<string, unknown> | null {
    const value = this.at(path);
    if (value === undefined) return null;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
    throw this.fault(path, 'must be an object');
  }

  originOf(path: Path): string {
    return this.parsed.linesOf(path)[0]?.origin ?? '';
  }

  /** A member that shares its line with others is judged by itself; for one that is not there, the one around it. */
  judge(path: Path, verdict: Verdict): void {
    const [first, ...others] = this.parsed.linesOf(path);
    if (this.at(path) === undefined) this.report.judge(first ? [first] : [], verdict);
    else if (first && this.parsed.sharesLine(path))
      this.report.judgePart(first, `${path.at(-1)}: ${JSON.stringify(this.at(path))}`, verdict);
    else this.report.judge(first ? [first, ...others] : [], verdict);
  }

  fault(path: Path, sentence: string): Error {
    return errorAt(this.originOf(path), `${path.at(-1) ?? 'the configuration'} ${sentence}`);
  }
}
