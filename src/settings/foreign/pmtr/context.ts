import type { Verdict } from '../line-report';
import type { Statement } from './grammar';

/** Where what became of a line is kept. */
export type Judge = (line: number, verdict: Verdict) => void;

/** What all readers of options need. */
export interface Context {
  file: string;
  judge: Judge;
  statements: readonly Statement[];
}

/** The statements with a key, and the text of their first word. */
export function pick(
  { statements, file }: Context,
  key: string,
): { value: string; line: number; at: string; words: Statement['words'] }[] {
  return statements
    .filter(statement => statement.key === key)
    .map(({ words, line }) => ({ value: words[0]?.value ?? '', line, at: `${file}:${line}`, words }));
}
