import { errorAt, quoteText } from '../../faults';
import { byteSize } from '../../sizes';
import type { LineReport, SourceLine, Verdict } from '../line-report';
import type { ConfigSection, Item } from './config-parser';
import { expand, FormatFault, type Names } from './python-format';
import { ShlexFault } from './shlex';

/** The values of a section, as supervisord reads them. */
export class SectionReader {
  constructor(
    readonly section: ConfigSection,
    /** `[DEFAULT]`. */
    private readonly defaults: ConfigSection | undefined,
    readonly names: Names,
    private readonly report: LineReport,
  ) {}

  /** The same section with other expansions. */
  with(names: Names): SectionReader {
    return new SectionReader(this.section, this.defaults, names, this.report);
  }

  get label(): string {
    return `[${this.section.name}]`;
  }

  item(key: string): Item | undefined {
    return this.section.items.get(key) ?? this.defaults?.items.get(key);
  }

  /** Where a value comes from: its line, or the header of the section for a default. */
  originOf(key: string): string {
    return (this.item(key)?.lines ?? this.section.headers)[0]?.origin ?? this.label;
  }

  linesOf(key: string): readonly SourceLine[] {
    return this.item(key)?.lines ?? [];
  }

  judge(key: string, verdict: Verdict): void {
    this.report.judge(this.linesOf(key), verdict);
  }

  /** The expanded text of a value. */
  text(key: string): string | undefined {
    const item = this.item(key);
    return item && this.expand(key, item.value);
  }

  /** Expands a text that stands for the value of a key. */
  expand(key: string, text: string): string {
    const here = this.item(key)?.here;
    const names = here === undefined ? this.names : new Map([...this.names, ['here', here] as const]);
    return this.blame(key, () => expand(text, names));
  }

  flag(key: string, whole = false): boolean {
    const text = (this.text(key) ?? String(whole)).toLowerCase();
    if (['yes', 'true', 'on', '1'].includes(text)) return true;
    if (['no', 'false', 'off', '0'].includes(text)) return false;
    throw this.fault(key, `must be true or false, not ${quoteText(text)}`);
  }

  /** A whole number, as Python's `int` reads it. */
  whole(key: string, standard: number): number {
    const text = this.text(key) ?? String(standard);
    if (/^\s*[+-]?\d+(_\d+)*\s*$/.test(text)) {
      const number = Number(text.replaceAll('_', ''));
      if (Math.abs(number) <= MOST) return number;
    }
    throw this.fault(key, `must be a whole number, not ${quoteText(text)}`);
  }

  /** A number that cannot be negative. */
  count(key: string, standard: number): number {
    const number = this.whole(key, standard);
    if (number >= 0) return number;
    throw this.fault(key, `must be a whole number from 0, not ${number}`);
  }

  /** A size in bytes; kb, mb and gb are units. */
  bytes(key: string, standard: number): number {
    const text = this.text(key);
    if (text === undefined) return standard;
    try {
      return byteSize.parse(text.replaceAll(' ', ''), {});
    } catch (error) {
      throw this.fault(key, error instanceof Error ? error.message : String(error));
    }
  }

  fault(key: string, sentence: string): Error {
    return errorAt(this.originOf(key), `${key} of ${this.label} ${sentence}`);
  }

  /** Adds the place to a fault of Python's. */
  blame<V>(key: string, read: () => V): V {
    try {
      return read();
    } catch (error) {
      if (error instanceof FormatFault || error instanceof ShlexFault) throw this.fault(key, error.message);
      throw error;
    }
  }
}

const MOST = 1_000_000_000;
