import { BLANKS, isBlank } from './blanks';
import { UsageError } from './errors';

/** A quote that is opened but not closed; `column` counts the characters of the text from 1. */
export class UnclosedQuote extends UsageError {
  constructor(
    readonly quote: string,
    readonly column: number,
  ) {
    super(`the ${quote} at column ${column} is not closed; close it, or write \\${quote} for the character`);
  }
}

/**
 * Splits a command line into words as a shell does, but without expansions.
 *
 * Single and double quotes group characters into one word. Outside quotes a backslash escapes white space, a quote or a
 * backslash; before any other character it is literal, so `printf [%s]\n` keeps its `\n`. Inside single quotes every
 * character is literal. Inside double quotes a backslash only escapes `"` and `\`.
 *
 * @param text the command line; white space is that of Python's str.split(), as in zdaemon
 * @returns the words; `''` is an empty word
 * @throws UnclosedQuote
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (isBlank(char)) {
      if (word !== null) words.push(word);
      word = null;
      at += 1;
      continue;
    }
    const piece: Piece = QUOTES.includes(char) ? readQuoted(text, at) : readPlain(text, at);
    word = (word ?? '') + piece.value;
    at = piece.end;
  }
  if (word !== null) words.push(word);
  return words;
}

/**
 * Joins words to one line that `splitWords` splits into the same words, with quotes only where necessary.
 *
 * @param words the words, in order
 * @returns the line
 */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

const QUOTES = `'"`;
const NEEDS_QUOTES = new RegExp(`[${BLANKS}'"]|\\\\(?:\\\\|$)`);

interface Piece {
  value: string;
  /** The index after the piece. */
  end: number;
}

function readPlain(text: string, at: number): Piece {
  const next = text.charAt(at + 1);
  const escapes = text[at] === '\\' && next !== '' && (isBlank(next) || `${QUOTES}\\`.includes(next));
  return escapes ? { value: next, end: at + 2 } : { value: text.charAt(at), end: at + 1 };
}

function readQuoted(text: string, start: number): Piece {
  const quote = text.charAt(start);
  let value = '';
  for (let at = start + 1; at < text.length; at += 1) {
    let char = text.charAt(at);
    if (char === quote) return { value, end: at + 1 };
    const next = text.charAt(at + 1);
    if (quote === '"' && char === '\\' && (next === '"' || next === '\\')) {
      char = next;
      at += 1;
    }
    value += char;
  }
  throw new UnclosedQuote(quote, Array.from(text.slice(0, start)).length + 1);
}

function quoteWord(word: string): string {
  if (word !== '' && !NEEDS_QUOTES.test(word)) return word;
  return word.includes("'") ? `"${word.replace(/["\\]/g, '\\$&')}"` : `'${word}'`;
}
