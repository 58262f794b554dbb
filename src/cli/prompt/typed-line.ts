import { splitWords } from '../../system/words';

/** What was typed, taken apart. */
export interface Typed {
  /** Empty for an empty line. */
  name: string;
  words: string[];
}

/**
 * Takes a line of the prompt apart. The rest of `! command` and `shell command` stays one word as it was written:
 * its quotes are the shell's.
 *
 * @param line as it was typed
 * @returns the name of the command and its words
 * @throws UnclosedQuote
 */
export function readTyped(line: string): Typed {
  const text = line.trim();
  const shell = /^(?:!|shell(?=\s|$))(.*)$/s.exec(text)?.[1]?.trim();
  if (shell !== undefined) return { name: 'shell', words: shell === '' ? [] : [shell] };
  if (text.startsWith('?')) return { name: '?', words: splitWords(text.slice(1)) };
  const [name = '', ...words] = splitWords(line);
  return { name, words };
}
