import { UsageError } from '../../../system/errors';
import { readTimeFlag } from '../../time-flag';

/** What the words after `up` ask for. */
export interface UpWishes {
  /** Leave the programs running at the end. */
  keeps: boolean;
  /** Apply what is saved. */
  watches: boolean;
  exitsWhenDone: boolean;
  hasPrefix: boolean;
  json: boolean;
  /** Seconds after which the stop goes to the end of each plan; null: as long as the plans take. */
  stopWithin: number | null;
}

/** @throws UsageError */
export function readUpWishes(words: readonly string[]): UpWishes {
  const wishes: UpWishes = {
    keeps: false,
    watches: true,
    exitsWhenDone: false,
    hasPrefix: true,
    json: false,
    stopWithin: null,
  };
  const rest = words.flatMap(word => (/^--[a-z-]+=/.test(word) ? split(word) : [word]));
  while (rest.length > 0) {
    const word = rest.shift() as string;
    if (word === '--keep') wishes.keeps = true;
    else if (word === '--no-watch') wishes.watches = false;
    else if (word === '--exit-when-done') wishes.exitsWhenDone = true;
    else if (word === '--json') wishes.json = true;
    else if (word === '--prefix') wishes.hasPrefix = readPrefix(rest.shift());
    else if (word === '--stop-within') wishes.stopWithin = readTimeFlag(word, rest.shift() ?? '');
    else throw new UsageError(`up has no option ${word}; see zd up --help`);
  }
  return wishes;
}

function split(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

function readPrefix(text: string | undefined): boolean {
  if (text === 'name' || text === 'none') return text === 'name';
  throw new UsageError(`--prefix must be name or none${text === undefined ? '' : `, not '${text}'`}`);
}
