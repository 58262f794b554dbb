import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/* The checker of what test/fixtures/numbered.py leaves behind. */

/** How many faults are named; after that they are only counted. */
const MOST_NAMED = 5;

export interface Tally {
  /** Lines in the transcript. */
  lines: number;
  /** The pids of the programs, in the order of their first lines. */
  pids: number[];
  /** A sentence for each line that is double, torn or out of order, and for each second program. */
  faults: string[];
  /** A sentence for each place where lines are missing. */
  gaps: string[];
}

/**
 * Proves that every line is there once and in order, and that no two programs ran at the same time.
 *
 * @param folder what the program was given
 * @param transcript its text
 */
export function tallyLines(folder: string, transcript: string): Tally {
  const next = new Map<number, number>();
  const faults: string[] = [];
  const gaps: string[] = [];
  let lines = 0;
  let before = 0;
  for (const line of transcript.split('\n')) {
    if (line === '') continue;
    lines += 1;
    const [pid = 0, number = 0] = line.split(' ').map(Number);
    // After a thousand programs the system gives the numbers of the first ones again, to one that begins anew.
    if (number === 0 && pid !== before) next.delete(pid);
    before = pid;
    const wanted = next.get(pid) ?? 0;
    if (!/^\d+ \d+$/.test(line)) faults.push(`torn line ${JSON.stringify(line)}`);
    else if (number > wanted) gaps.push(`after line ${wanted - 1} of ${pid} came line ${number}`);
    else if (number < wanted) faults.push(`after line ${wanted - 1} of ${pid} came line ${number}`);
    next.set(pid, number + 1);
  }
  for (const name of readdirSync(folder)) {
    const pid = Number(/^said-(\d+)$/.exec(name)?.[1]);
    const said = pid ? Number(readFileSync(join(folder, name), 'utf8')) : 0;
    const seen = next.get(pid) ?? 0;
    if (seen < said) gaps.push(`${pid} said ${said} lines, the last ${said - seen} are missing`);
  }
  if (existsSync(join(folder, 'double')))
    faults.push(`a second program: ${readFileSync(join(folder, 'double'), 'utf8')}`);
  return { lines, pids: [...next.keys()], faults: shorten(faults), gaps };
}

function shorten(faults: string[]): string[] {
  const named = faults.slice(0, MOST_NAMED);
  if (faults.length > named.length) named.push(`and ${faults.length - named.length} faults more`);
  return named;
}
