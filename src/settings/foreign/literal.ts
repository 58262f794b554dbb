import { quoteWords } from '../../system/words';
import { isStandardStream } from '../remarks';

/*
 * Values of zd that mean exactly the given text: what is special in zd is not special in the files of others.
 */

/**
 * A path for a setting of zd.
 *
 * @param path as the other system opens it: no `~`, no variables, no words with a meaning
 * @param word a word that the setting knows instead of a path
 */
export function literalPath(path: string, word?: string): string {
  if (path.startsWith('/')) return path;
  const isSpecial = /^[~$?]/.test(path) || path === word || isStandardStream(path);
  return isSpecial ? `./${path}` : path;
}

/** A path in a setting that has several, separated by commas; null if none can be written for it. */
export function literalListPath(path: string): string | null {
  return path.includes(',') || path.trim() !== path ? null : literalPath(path);
}

/**
 * A command for a setting of zd.
 *
 * @param words as the other system executes them
 * @param searches whether it looks a first word without a slash up in PATH
 */
export function literalCommand(words: readonly string[], searches: boolean): string {
  const [first = '', ...others] = words;
  return quoteWords([searches || first.includes('/') ? first : `./${first}`, ...others]);
}
