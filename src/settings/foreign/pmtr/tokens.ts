import { errorAt } from '../../faults';

/** The words of pmtr's language, which count only where `tokenize` says. */
const KEYWORDS = [
  ...['job', 'name', 'user', 'cmd', 'env', 'dir', 'out', 'err', 'in', 'order', 'disable', 'wait', 'once'],
  ...['{', '}', 'listen', 'on', 'report', 'to', 'bounce', 'every', 'depends', 'ulimit', 'nice', 'cpu'],
] as const;
export type Keyword = (typeof KEYWORDS)[number];

export interface Token {
  /** `text` for a plain word, `quoted` for one in double quotes. */
  kind: Keyword | 'text' | 'quoted';
  /** Without the quotes. */
  value: string;
  /** From 1. */
  line: number;
}

/** Keywords anywhere in a line; the others count only at its start. */
const ANYWHERE: readonly string[] = ['{', 'on', 'to', 'every'];

/**
 * Splits a file as pmtr does: at white space, with comments wherever a token could begin, and keywords by their place.
 * So a misspelt option behind a command is a further word of that, and `}` is one unless it begins its line.
 *
 * @param text the file
 * @param file for messages
 * @throws UsageError for a quote that is not closed on its line
 */
export function* tokenize(text: string, file: string): Generator<Token> {
  for (const [index, line] of text.split('\n').entries()) {
    const number = index + 1;
    for (let at = skipBlanks(line, 0); at < line.length; at = skipBlanks(line, at)) {
      if (line[at] === '#') break;
      const token = readToken(line, at);
      if (token === null)
        throw errorAt(`${file}:${number}`, 'the " is not closed on its line; close it, there are no escapes');
      yield { ...token, line: number };
      at = token.end;
    }
  }
}

function readToken(line: string, at: number): (Omit<Token, 'line'> & { end: number }) | null {
  if (line[at] === '"') {
    const end = line.indexOf('"', at + 1);
    return end < 0 ? null : { kind: 'quoted', value: line.slice(at + 1, end), end: end + 1 };
  }
  const value = /^[^ \t\r]+/.exec(line.slice(at))?.[0] ?? '';
  const isFirst = skipBlanks(line, 0) === at;
  const keyword = KEYWORDS.find(word => word === value && (isFirst || ANYWHERE.includes(word)));
  return { kind: keyword ?? 'text', value, end: at + value.length };
}

function skipBlanks(line: string, at: number): number {
  let next = at;
  while (next < line.length && ' \t\r'.includes(line.charAt(next))) next += 1;
  return next;
}
