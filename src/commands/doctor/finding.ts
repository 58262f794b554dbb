/** What `doctor` found out about one subject. */
export interface Finding {
  /** One word, shown in the second column. */
  subject: string;
  /** `missing` = no daemon can run without it; `warning` = one can, but with a drawback. */
  verdict: 'ok' | 'warning' | 'missing';
  /** What was found, or what is wrong and its consequence. */
  text: string;
  /** What to do about it, in one line. */
  remedy?: string;
}

const VERDICT_WIDTH = 9;
const SUBJECT_WIDTH = 12;

/** Formats a finding as lines; the remedy, if any, is on a separate line. */
export function formatFinding({ subject, verdict, text, remedy }: Finding): string[] {
  const head = verdict.padEnd(VERDICT_WIDTH) + subject.padEnd(SUBJECT_WIDTH);
  const lines = [`${head}${text}`];
  if (remedy !== undefined) lines.push(`${''.padEnd(head.length)}${remedy}`);
  return lines;
}
