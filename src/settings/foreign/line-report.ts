import type { Entry } from '../file/tree';
import type { ReportLine } from './reading';

/** A line of a foreign file, and where it is. */
export interface SourceLine {
  /** `Procfile:4`. */
  origin: string;
  /** Without outer white space. */
  text: string;
}

/** What became of a line. */
export type Verdict = Pick<ReportLine, 'verdict' | 'how' | 'losesBehaviour'>;

export const TAKEN: Verdict = { verdict: 'taken', how: null, losesBehaviour: false };

/** @param losesBehaviour whether the program behaves differently for it */
export function changed(how: string, losesBehaviour = false): Verdict {
  return { verdict: 'changed', how, losesBehaviour };
}

/** @param losesBehaviour whether the program behaves differently for lack of it */
export function dropped(how: string, losesBehaviour = false): Verdict {
  return { verdict: 'dropped', how, losesBehaviour };
}

/** Collects what became of each line, in the order of the file. */
export class LineReport {
  private readonly lines = new Map<SourceLine, { whole: Verdict[]; parts: Map<string, Verdict[]> }>();

  /** Lines are reported in the order in which they become known. */
  register(line: SourceLine): void {
    if (!this.lines.has(line)) this.lines.set(line, { whole: [], parts: new Map() });
  }

  /**
   * Registers the lines of a text that are neither empty nor comments.
   *
   * @returns them by their number
   */
  registerText(text: string, file: string): Map<number, SourceLine> {
    const lines = new Map<number, SourceLine>();
    for (const [index, raw] of text.split('\n').entries()) {
      const line = { origin: `${file}:${index + 1}`, text: raw.trim() };
      if (line.text === '' || line.text.startsWith('#')) continue;
      lines.set(index + 1, line);
      this.register(line);
    }
    return lines;
  }

  /** A line that several programs use can be judged several times: the reasons are joined. */
  judge(lines: readonly SourceLine[], verdict: Verdict): void {
    for (const line of lines) {
      this.register(line);
      this.lines.get(line)!.whole.push(verdict);
    }
  }

  /** Judges a part of a line, such as one of its keys. */
  judgePart(line: SourceLine, text: string, verdict: Verdict): void {
    this.register(line);
    const { parts } = this.lines.get(line)!;
    const verdicts = parts.get(text);
    if (verdicts) verdicts.push(verdict);
    else parts.set(text, [verdict]);
  }

  isJudged(line: SourceLine): boolean {
    return (this.lines.get(line)?.whole.length ?? 0) > 0;
  }

  /** Lines without a verdict are taken: headers, brackets. */
  toLines(): ReportLine[] {
    return [...this.lines].flatMap(([{ origin, text }, { whole, parts }]) => [
      ...(parts.size === 0 || whole.length > 0 ? [{ origin, text, ...join(whole) }] : []),
      ...[...parts].map(([part, verdicts]) => ({ origin, text: part, ...join(verdicts) })),
    ]);
  }
}

/** An entry as the resolver of zd's own files knows them. */
export function entryOf(key: string, value: string, origin: string): Entry {
  return { key, value, origin, column: null };
}

const RANKS = ['taken', 'changed', 'dropped'] as const;

function join(verdicts: readonly Verdict[]): Verdict {
  const rank = verdicts.reduce((most, { verdict }) => Math.max(most, RANKS.indexOf(verdict)), 0);
  const reasons = new Set(verdicts.flatMap(({ how }) => how ?? []));
  return {
    verdict: RANKS[rank]!,
    how: reasons.size > 0 ? [...reasons].join('; ') : null,
    losesBehaviour: verdicts.some(({ losesBehaviour }) => losesBehaviour),
  };
}
