import type { Fleet } from '../../settings/fleet/fleet';
import { findCommand } from '../table';

/** The words after a command for many programs. */
export interface SplitWords {
  /** They select programs. */
  selectors: string[];
  /** Options, and words that are the command's own. */
  own: string[];
  /** Words for the program, behind `--`; null without `--`. */
  program: string[] | null;
}

/**
 * Splits the words after a command.
 *
 * @param command its name
 * @param words as typed
 * @param fleet
 * @param valued the options that have an argument: `-n`, `--for`
 */
export function splitWords(
  command: string,
  words: readonly string[],
  fleet: Pick<Fleet, 'members' | 'faulty'>,
  valued: ReadonlySet<string>,
): SplitWords {
  const { selects, words: kind } = findCommand(command) ?? {};
  const end = words.indexOf('--');
  const before = end < 0 || kind === 'text' ? words : words.slice(0, end);
  const program = end < 0 || kind === 'text' ? null : words.slice(end + 1);
  if (selects === 'first') return { ...splitFirst(before), program };
  const split: SplitWords = { selectors: [], own: [], program };
  let isValue = false;
  for (const word of before) {
    const isOption = word.startsWith('-') && word !== '-';
    if (isOption || isValue) split.own.push(word);
    else split.selectors.push(word);
    isValue = isOption && valued.has(word);
  }
  if (selects === 'second') moveFirst(split, fleet);
  return split;
}

/** Everything behind the name is the command's own, and may look like anything. */
function splitFirst(words: readonly string[]): Omit<SplitWords, 'program'> {
  const at = words.findIndex(word => !word.startsWith('-'));
  if (at < 0) return { selectors: [], own: [...words] };
  return { selectors: [words[at] as string], own: words.filter((_, index) => index !== at) };
}

/** The first word is the command's own unless it is the name of a program; `kill web` sends the usual signal. */
function moveFirst(split: SplitWords, { members, faulty }: Pick<Fleet, 'members' | 'faulty'>): void {
  const [first] = split.selectors;
  const isProgram = [...members, ...faulty].some(
    one => one.name === first || ('base' in one && one.base === first),
  );
  if (first === undefined || isProgram || /^@/.test(first)) return;
  split.selectors.shift();
  split.own.push(first);
}
