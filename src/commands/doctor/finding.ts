/** What `doctor` found out about one subject. */
export interface Finding {
  /** One word, shown in the second column. */
  subject: string;
  /** `missing` = no daemon can be run without it; `warning` = one can, but something will be worse. */
  verdict: 'ok' | 'warning' | 'missing';
  /** What is there, or what is wrong and what that means. */
  text: string;
  /** What to do about it, in one line. */
  remedy?: string;
}

const VERDICT_WIDTH = 9;
const SUBJECT_WIDTH = 12;

/** The lines a finding is printed as: the remedy, when there is one, on a line of its own. */
export function formatFinding({ subject, verdict, text, remedy }: Finding): string[] {
  const head = verdict.padEnd(VERDICT_WIDTH) + subject.padEnd(SUBJECT_WIDTH);
  const lines = [`${head}${text}`];
  if (remedy !== undefined) lines.push(`${''.padEnd(head.length)}${remedy}`);
  return lines;
}
