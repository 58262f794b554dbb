import { UsageError } from '../../../system/errors';
import type { SplitRequest } from '../request';

/**
 * Reads the options of a command for many programs.
 *
 * @param request its own words
 * @param own the options that the command knows for many programs only
 * @param passed the options that are passed on to the command for each program
 * @returns those that were given, and the words to pass on
 * @throws UsageError for any other word
 */
export function readOptions<Own extends string>(
  { command, split }: Pick<SplitRequest, 'command' | 'split'>,
  own: readonly Own[],
  passed: readonly string[] = [],
): { given: ReadonlySet<Own>; words: string[] } {
  const given = new Set<Own>();
  const words: string[] = [];
  for (const word of split.own) {
    const known = own.find(one => one === word);
    if (known) given.add(known);
    else if (passed.includes(word)) words.push(word);
    else if (word !== '--json') throw unknownOption(command, word);
  }
  return { given, words };
}

function unknownOption(command: string, word: string): UsageError {
  const advice = `words for the program follow --, as in ${command} NAME -- ${word}`;
  const isStart = ['start', 'restart', 'once'].includes(command);
  return new UsageError(
    `${command} has no option ${word} for many programs; ${isStart ? advice : `see 'zd ${command} --help'`}`,
  );
}
