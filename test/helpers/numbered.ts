import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/* Checks the output and the files of test/fixtures/numbered.pl. */

/** The number of errors that are listed; further ones are only counted. */
const MOST_NAMED = 5;

export interface Tally {
  /** Lines in the transcript. */
  lines: number;
  /** The pids of the programs, in the order of their first lines. */
  pids: number[];
  /** A sentence for each line that is duplicate, torn or out of order, and for each second program. */
  errors: string[];
  /** A sentence for each place where lines are missing. */
  gaps: string[];
}

/**
 * Proves that every line is there once and in order, and that no two programs ran at the same time.
 *
 * @param folder the argument of the program
 * @param transcript its text
 */
export function tallyLines(folder: string, transcript: string): Tally {
  const next = new Map<number, number>();
  const errors: string[] = [];
  const gaps: string[] = [];
  let lines = 0;
  let before = 0;
  for (const line of transcript.split('\n')) {
    if (line === '') continue;
    lines += 1;
    const [pid = 0, number = 0] = line.split(' ').map(Number);
    // After many programs the system reuses the pids of the first ones; a reused pid starts again at 0.
    if (number === 0 && pid !== before) next.delete(pid);
    before = pid;
    const wanted = next.get(pid) ?? 0;
    if (!/^\d+ \d+$/.test(line)) errors.push(`torn line ${JSON.stringify(line)}`);
    else if (number > wanted) gaps.push(`after line ${wanted - 1} of ${pid} came line ${number}`);
    else if (number < wanted) errors.push(`after line ${wanted - 1} of ${pid} came line ${number}`);
    next.set(pid, number + 1);
  }
  for (const name of readdirSync(folder)) {
    const pid = Number(/^written-(\d+)$/.exec(name)?.[1]);
    const written = pid ? Number(readFileSync(join(folder, name), 'utf8')) : 0;
    const seen = next.get(pid) ?? 0;
    if (seen < written) gaps.push(`${pid} wrote ${written} lines, the last ${written - seen} are missing`);
  }
  if (existsSync(join(folder, 'double')))
    errors.push(`a second program: ${readFileSync(join(folder, 'double'), 'utf8')}`);
  return { lines, pids: [...next.keys()], errors: shorten(errors), gaps };
}

function shorten(errors: string[]): string[] {
  const named = errors.slice(0, MOST_NAMED);
  if (errors.length > named.length) named.push(`and ${errors.length - named.length} more errors`);
  return named;
}
