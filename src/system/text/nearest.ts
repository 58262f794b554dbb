import { nameCharacter } from '../blanks';

/**
 * Finds the known name that the user probably meant.
 *
 * @param wrong the name as written
 * @param names the known names
 * @param most the maximum number of edits; a third of the letters by default
 * @returns the name with the fewest edits, or null if none is close
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

/** `; did you mean 'x'?`, or the advice if no known name is close. */
export function suggest(wrong: string, names: Iterable<string>, advice: string): string {
  const nearest = nearestName(wrong, names);
  return nearest === null ? `; ${advice}` : `; ${askFor(wrong, `'${nearest}'`)}`;
}

/**
 * `did you mean 'x'?`. A letter of another alphabet or a hidden character can be the only difference, so it is named:
 * `did you mean 'x' (without U+0440)?`.
 *
 * @param wrong the name as written
 * @param shown the known name as the message shows it
 */
export function askFor(wrong: string, shown: string): string {
  const foreign = [...new Set(Array.from(wrong).filter(char => char < ' ' || char > '~'))];
  const without = foreign.length > 0 ? ` (without ${foreign.map(nameCharacter).join(', ')})` : '';
  return `did you mean ${shown}${without}?`;
}

/** Longer words are cut: no known name is longer, so none can be close. */
const LONGEST_NAME = 40;

/** The distance of Damerau and Levenshtein: two letters in the wrong order are one edit. It keeps two rows. */
function editDistance(from: string, to: string): number {
  let above: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwap ? above[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(replaced, swapped, row[j]! + 1, next[j - 1]! + 1));
    }
    above = row;
    row = next;
  }
  return row[to.length]!;
}
