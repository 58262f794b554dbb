import type { Arguments } from '../../settings/argv';
import type { Member } from '../../settings/fleet/fleet';
import { UsageError } from '../../system/errors';
import type { Many } from './run-member';
import { isPlainName, type Selection } from './selectors';
import type { SplitWords } from './split-words';

/** A command line for many programs. */
export interface ManyRequest extends Many {
  argv: Arguments;
  command: string;
  words: readonly string[];
}

/** The same with its words understood, for commands with a form of their own. */
export interface SplitRequest extends ManyRequest {
  split: SplitWords;
  selection: Selection;
}

/** The program that is named, if it is one, and is named in full. */
export function findSingle({ selection, split }: SplitRequest): Member | null {
  const [word, ...others] = split.selectors;
  const isOne = word !== undefined && others.length === 0 && isPlainName(word);
  const [member] = selection.members;
  return isOne && member && selection.members.length === 1 && selection.faulty.length === 0 ? member : null;
}

/** Words for a program need a program. */
export function refuseProgramWords({ split, command }: SplitRequest): void {
  if (split.program !== null)
    throw new UsageError(
      `cannot give words to many programs: name one program before --, as in ${command} NAME -- WORDS`,
    );
}
