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
  private readonly verdicts = new Map<SourceLine, Verdict[]>();

  /** Every line must be known before it can be judged. */
  register(line: SourceLine): void {
    if (!this.verdicts.has(line)) this.verdicts.set(line, []);
  }

  /** A line that several programs use can be judged several times: the reasons are joined. */
  judge(lines: readonly SourceLine[], verdict: Verdict): void {
    for (const line of lines) {
      this.register(line);
      this.verdicts.get(line)!.push(verdict);
    }
  }

  isJudged(line: SourceLine): boolean {
    return (this.verdicts.get(line)?.length ?? 0) > 0;
  }

  /** Lines without a verdict are taken: headers, brackets. */
  toLines(): ReportLine[] {
    return [...this.verdicts].map(([{ origin, text }, verdicts]) => ({ origin, text, ...join(verdicts) }));
  }
}

/** An entry as the resolver of zd's own files knows them. */
export function entryOf(key: string, value: string, origin: string): Entry {
  return { key, value, origin, column: null };
}

const RANKS = ['taken', 'changed', 'dropped'] as const;

function join(verdicts: readonly Verdict[]): Verdict {
  const rank = Math.max(0, ...verdicts.map(({ verdict }) => RANKS.indexOf(verdict)));
  const reasons = new Set(verdicts.flatMap(({ how }) => how ?? []));
  return {
    verdict: RANKS[rank]!,
    how: reasons.size > 0 ? [...reasons].join('; ') : null,
    losesBehaviour: verdicts.some(({ losesBehaviour }) => losesBehaviour),
  };
}
