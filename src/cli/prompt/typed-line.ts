import { strip } from '../../system/blanks';
import { splitWords } from '../../system/words';

/** A parsed line of the prompt. */
export interface Typed {
  /** Empty for an empty line. */
  name: string;
  words: string[];
}

/**
 * Parses a line of the prompt. The text after `!` and `shell` stays one word as it was typed: its quotes are for the
 * shell.
 *
 * @param line as it was typed
 * @returns the name of the command and its words; null for a comment, which begins with `#`
 * @throws UnclosedQuote
 */
export function readTyped(line: string): Typed | null {
  // Some editors begin a script with a byte-order mark.
  const plain = line.replace(/^\ufeff/, '');
  const text = strip(plain);
  const shell = /^(?:!|shell(?=\s|$))(.*)$/s.exec(text)?.[1]?.trim();
  if (shell !== undefined) return { name: 'shell', words: shell === '' ? [] : [shell] };
  if (text.startsWith('#')) return null;
  if (text.startsWith('?')) return { name: '?', words: splitWords(text.slice(1)) };
  const [name = '', ...words] = splitWords(plain);
  return { name, words };
}
