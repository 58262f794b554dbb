/** A text that Python's shlex refuses; the message continues a sentence about the value. */
export class ShlexFault extends Error {}

/**
 * Splits a command as Python's `shlex.split` does: unlike zd, a backslash outside quotes takes the meaning of any
 * character.
 *
 * @throws ShlexFault for a quote that is not closed
 */
export function splitCommand(text: string): string[] {
  return tokenize(text, { comments: '', isWord: () => true });
}

/**
 * Reads `KEY="value",OTHER=value` as supervisord does. A value without quotes ends before any character that is not a
 * letter, a digit or one of `_/.+-():`.
 *
 * @returns the pairs; a later one of the same name wins
 * @throws ShlexFault
 */
export function readPairs(text: string): Map<string, string> {
  const tokens = tokenize(text, { comments: '#', isWord: char => WORD.test(char) });
  const pairs = new Map<string, string>();
  for (let at = 0; at < tokens.length; at += 4) {
    const [key, equals, value] = tokens.slice(at, at + 3);
    if (value === undefined || equals !== '=')
      throw new ShlexFault(
        'must be NAME="value" pairs separated by commas, with quotes around other characters',
      );
    pairs.set(key!, value);
  }
  return pairs;
}

const WORD = /[\w/.+\-():ß-öø-ÿÀ-ÖØ-Þ]/;
const QUOTES = `'"`;
const SPACE = ' \t\r\n';

interface Rules {
  /** Characters that begin a comment. */
  comments: string;
  /** Whether a character goes on with a word; any other is a token of its own. */
  isWord(char: string): boolean;
}

/** The POSIX mode of Python's shlex. */
function tokenize(text: string, { comments, isWord }: Rules): string[] {
  const tokens: string[] = [];
  let token: string | null = null;
  const emit = () => {
    if (token !== null) tokens.push(token);
    token = null;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (SPACE.includes(char)) emit();
    else if (comments.includes(char)) {
      emit();
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (char === '\\') {
      at += 1;
      if (at >= text.length) throw new ShlexFault('ends with a backslash; remove it, or write two');
      token = (token ?? '') + text.charAt(at);
    } else if (QUOTES.includes(char)) {
      const { value, end } = readQuoted(text, at);
      token = (token ?? '') + value;
      at = end;
    } else if (isWord(char)) token = (token ?? '') + char;
    else {
      emit();
      tokens.push(char);
    }
  }
  emit();
  return tokens;
}

function readQuoted(text: string, start: number): { value: string; end: number } {
  const quote = text.charAt(start);
  let value = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === quote) return { value, end: at };
    const next = text.charAt(at + 1);
    const escapes = char === '\\' && quote === '"' && (next === '"' || next === '\\');
    value += escapes ? next : char;
    if (escapes) at += 1;
  }
  throw new ShlexFault(`has a ${quote} that is not closed; close it`);
}
