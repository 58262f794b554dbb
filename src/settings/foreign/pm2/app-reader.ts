import { errorAt, quoteText } from '../../faults';
import type { Entry } from '../../file/tree';
import { entryOf, type LineReport, type Verdict } from '../line-report';
import type { Path } from './json-lines';
import { namesOf } from './keys';
import type { Parsed } from './parse';

/** The values of one app, by any of the names that pm2 accepts. */
export class AppReader {
  private readonly judged = new Set<string>();

  constructor(
    private readonly values: Record<string, unknown>,
    private readonly path: Path,
    private readonly parsed: Parsed,
    private readonly report: LineReport,
  ) {}

  keys(): string[] {
    return Object.keys(this.values);
  }

  /** The first value that is not empty, or else the one under its own name. */
  get(key: string): unknown {
    const names = namesOf(key).filter(name => Object.hasOwn(this.values, name));
    const used = names.find(name => this.values[name]) ?? names[0];
    return used === undefined ? undefined : (this.values[used] ?? undefined);
  }

  text(key: string): string | undefined {
    const value = this.get(key);
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    throw this.fault(key, 'must be a text');
  }

  /** pm2 also takes a number as a text. */
  number(key: string): number | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    const number =
      typeof value === 'boolean' || value === '' || Array.isArray(value) ? Number.NaN : Number(value);
    if (Number.isFinite(number) && number >= 0 && number <= MOST) return number;
    throw this.fault(key, 'must be a number from 0');
  }

  flag(key: string, standard: boolean): boolean {
    const value = this.get(key);
    if (value === undefined) return standard;
    if (value === 'true' || value === 'false') return value === 'true';
    return Boolean(value);
  }

  /** Texts of a list, or the one that stands for a list. */
  list(key: string, split: (text: string) => string[] = text => [text]): string[] {
    const value = this.get(key);
    if (value === undefined) return [];
    const items: unknown[] = Array.isArray(value)
      ? value
      : typeof value === 'string'
        ? split(value)
        : [value];
    return items.map(item => {
      if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean')
        return String(item);
      throw this.fault(key, 'must be a list of texts');
    });
  }

  /** The names and values of an object, such as `env`; null if it is none. */
  object(key: string): Record<string, unknown> | null {
    const value = this.get(key);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  }

  originOf(key: string, inner?: string): string {
    const name = this.nameIn(key);
    const path =
      name === undefined ? this.path : [...this.path, name, ...(inner === undefined ? [] : [inner])];
    return this.parsed.linesOf(path)[0]?.origin ?? this.parsed.linesOf([])[0]?.origin ?? '';
  }

  entry(key: string, value: string, from: string): Entry {
    return entryOf(key, value, this.originOf(from));
  }

  judge(key: string, verdict: Verdict): void {
    for (const name of namesOf(key)) if (Object.hasOwn(this.values, name)) this.judgeMember([name], verdict);
  }

  /** @param inner the keys below the app */
  judgeMember(inner: readonly string[], verdict: Verdict): void {
    this.judged.add(inner[0]!);
    const path = [...this.path, ...inner];
    const [first, ...others] = this.parsed.linesOf(path);
    if (first && this.parsed.sharesLine(path)) {
      let value: unknown = this.values;
      for (const key of inner) value = (value as Record<string, unknown> | undefined)?.[key];
      this.report.judgePart(first, `${inner.at(-1)}: ${JSON.stringify(value)}`, verdict);
    } else if (first) this.report.judge([first], verdict);
    this.report.judge(others, verdict);
  }

  /** The keys that nothing has judged. */
  rest(): string[] {
    return this.keys().filter(key => !this.judged.has(key));
  }

  fault(key: string, sentence: string): Error {
    const value = this.get(key);
    const shown = value === undefined ? '' : `, not ${quoteText(JSON.stringify(value))}`;
    return errorAt(this.originOf(key), `${this.nameIn(key) ?? key} ${sentence}${shown}`);
  }

  private nameIn(key: string): string | undefined {
    return namesOf(key).find(name => Object.hasOwn(this.values, name));
  }
}

const MOST = 1_000_000_000_000;
