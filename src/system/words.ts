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
  return readWords(text).map(({ value }) => value);
}

/** A word, and where its characters are. */
export interface Word {
  value: string;
  /** The index in the text of each UTF-16 unit of the value, and of what follows the last one. */
  places: number[];
  /** The index of its first character, which may be a quote. */
  at: number;
  /** Whether it has neither quotes nor escapes. */
  isBare: boolean;
}

/**
 * Splits a command line as `splitWords` does, for grammars in which a quoted word differs from a bare one.
 *
 * @throws UnclosedQuote
 */
export function readWords(text: string): Word[] {
  const words: Word[] = [];
  let word: Word | null = null;
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (isBlank(char)) {
      word?.places.push(at);
      word = null;
      at += 1;
      continue;
    }
    if (word === null) {
      word = { value: '', places: [], at, isBare: true };
      words.push(word);
    }
    const piece: Piece = QUOTES.includes(char) ? readQuoted(text, at) : readPlain(text, at);
    word.value += piece.value;
    for (const place of piece.places) word.places.push(place);
    word.isBare &&= piece.isBare;
    at = piece.end;
  }
  word?.places.push(at);
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

interface Piece extends Omit<Word, 'at'> {
  /** The index after the piece. */
  end: number;
}

function readPlain(text: string, at: number): Piece {
  const next = text.charAt(at + 1);
  const escapes = text[at] === '\\' && next !== '' && (isBlank(next) || `${QUOTES}\\`.includes(next));
  return escapes
    ? { value: next, places: [at + 1], isBare: false, end: at + 2 }
    : { value: text.charAt(at), places: [at], isBare: true, end: at + 1 };
}

function readQuoted(text: string, start: number): Piece {
  const quote = text.charAt(start);
  let value = '';
  const places: number[] = [];
  for (let at = start + 1; at < text.length; at += 1) {
    let char = text.charAt(at);
    if (char === quote) return { value, places, isBare: false, end: at + 1 };
    const next = text.charAt(at + 1);
    if (quote === '"' && char === '\\' && (next === '"' || next === '\\')) {
      char = next;
      at += 1;
    }
    value += char;
    places.push(at);
  }
  throw new UnclosedQuote(quote, Array.from(text.slice(0, start)).length + 1);
}

function quoteWord(word: string): string {
  if (word !== '' && !NEEDS_QUOTES.test(word)) return word;
  return word.includes("'") ? `"${word.replace(/["\\]/g, '\\$&')}"` : `'${word}'`;
}
