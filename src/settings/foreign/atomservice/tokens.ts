import { errorAt } from '../../faults';

export interface Token {
  kind: 'name' | 'text' | 'number' | 'sign';
  /** What a text means, and other tokens as written. */
  value: string;
  /** From 1. */
  line: number;
}

/** A logical line of Python. */
export interface Statement {
  tokens: Token[];
  isIndented: boolean;
  line: number;
  /** The last line of it. */
  end: number;
}

/**
 * Splits Python into its statements. Brackets and a backslash at the end of a line continue it; `;` ends a statement.
 *
 * @param text the source
 * @param file for messages
 * @throws UsageError for a text or bracket without an end
 */
export function splitStatements(text: string, file: string): Statement[] {
  const statements: Statement[] = [];
  let current: Statement | null = null;
  let depth = 0;
  let line = 1;
  let isStart = true;
  let isIndented = false;
  const finish = () => {
    if (current) statements.push({ ...current, end: line });
    current = null;
  };
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token === '\n') {
      if (depth === 0) finish();
      line += 1;
      if (depth === 0) [isStart, isIndented] = [true, false];
      continue;
    }
    if (/^[ \t\r\f]+$/.test(token)) isIndented ||= isStart && /[ \t]/.test(token);
    else if (token === ';' && depth === 0) finish();
    else if (!token.startsWith('#') && !/^\\\r?\n$/.test(token)) {
      const read = readToken(token, line, file);
      current ??= { tokens: [], isIndented, line, end: line };
      (current as Statement).tokens.push(read);
      if (read.kind === 'sign') depth = Math.max(0, depth + (DEPTHS[token] ?? 0));
      isStart = false;
    }
    line += token.split('\n').length - 1;
  }
  if (depth > 0) throw errorAt(`${file}:${line}`, 'the file ends inside of brackets; close them');
  finish();
  return statements;
}

const TOKEN =
  /\n|[ \t\r\f]+|\\\r?\n|#[^\n]*|[rRuUbB]{0,2}(?:"""(?:\\[\s\S]|(?!""")[^\\])*"""|'''(?:\\[\s\S]|(?!''')[^\\])*'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*')|[A-Za-z_]\w*|\d[\w.]*|\.\d\w*|\+=|[=!<>]=|[\s\S]/g;

const DEPTHS: Record<string, number> = { '(': 1, '[': 1, '{': 1, ')': -1, ']': -1, '}': -1 };

function readToken(token: string, line: number, file: string): Token {
  const text = /^([rRuUbB]*)("""|'''|"|')([\s\S]*)\2$/.exec(token);
  if (text && token.length > 1) {
    const [, prefix = '', , body = ''] = text;
    return { kind: 'text', value: /r/i.test(prefix) ? body : readEscapes(body), line };
  }
  if (token === '"' || token === "'")
    throw errorAt(`${file}:${line}`, `the ${token} is not closed on its line; close it`);
  if (/^[A-Za-z_]/.test(token)) return { kind: 'name', value: token, line };
  return { kind: /^\.?\d/.test(token) ? 'number' : 'sign', value: token, line };
}

const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

/** An unknown escape stays as it is. */
function readEscapes(body: string): string {
  return body.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-7]{1,3}|[\s\S])/g, (whole, code: string) => {
    if (code.length > 1 && /^[xu]/.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return ESCAPES[code] ?? whole;
  });
}
