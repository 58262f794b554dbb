/**
 * Finds the known name a wrong one was probably meant to be.
 *
 * @param wrong what was written
 * @param names what is known
 * @param most edits that still count as close; a third of the letters unless given
 * @returns the name with the fewest edits between, or null when none is close
 */
export function nearestName(wrong: string, names: Iterable<string>, most?: number): string | null {
  const written = wrong.toLowerCase().replaceAll('_', '-').slice(0, LONGEST_NAME);
  let nearest: string | null = null;
  let least = (most ?? Math.max(1, Math.floor(written.length / 3))) + 1;
  for (const name of names) {
    const distance = editDistance(written, name.toLowerCase());
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}

/** `; did you mean 'x'?`, or the advice where no known name is near. */
export function suggest(wrong: string, names: Iterable<string>, advice: string): string {
  const nearest = nearestName(wrong, names);
  return nearest === null ? `; ${advice}` : `; did you mean '${nearest}'?`;
}

/** No known name is longer; a longer word is near none of them. */
const LONGEST_NAME = 40;

/** The number of letters to insert, delete or replace (Levenshtein), with one row of the matrix kept. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
