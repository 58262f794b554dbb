/* The few Python literals of zdaemon's wire format: written by the manager, read by the client, never evaluated. */

const shortEscapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Characters that str.isprintable() rejects, including U+2028, which some line readers treat as a line end. */
const unprintable = /[\p{C}\p{Z}]/u;

/** Matches text without a character that needs an escape. */
const isPlain = /^[ !#-&(-[\]-~]*$/;

/** repr() of a str: double quotes only if it contains single but no double quotes (Python 3 language reference). */
export function quotePython(text: string): string {
  if (isPlain.test(text)) return `'${text}'`;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const char of text) {
    if (char === quote) out += `\\${char}`;
    else if (shortEscapes[char]) out += shortEscapes[char];
    else out += char !== ' ' && unprintable.test(char) ? escapeCode(char.codePointAt(0) as number) : char;
  }
  return out + quote;
}

/** repr() of a list of str. */
export function quotePythonList(words: readonly string[]): string {
  return `[${words.map(quotePython).join(', ')}]`;
}

/** repr() of a float: a whole number keeps its `.0`. */
export function formatPythonFloat(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/**
 * Parses the repr() of a list of str.
 *
 * @param text for example `['sleep', '100']`
 * @returns the words, or null if the text is anything else
 */
export function parsePythonList(text: string): string[] | null {
  const body = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1];
  if (body === undefined) return null;
  const words: string[] = [];
  const item = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|$)/sy;
  while (item.lastIndex < body.length) {
    const match = item.exec(body);
    if (!match) return body.trim() === '' ? [] : null;
    words.push(unescapePython(match[1] ?? match[2] ?? ''));
  }
  return words;
}

function unescapePython(text: string): string {
  const simple: Record<string, string> = {
    n: '\n',
    r: '\r',
    t: '\t',
    a: '\x07',
    b: '\b',
    f: '\f',
    v: '\v',
    0: '\0',
  };
  const escapes = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gs;
  return text.replace(escapes, (_, x, u, long, char) => {
    const code = x ?? u ?? long;
    if (code === undefined) return simple[char] ?? char;
    const value = Number.parseInt(code, 16);
    return value > 0x10ffff ? '\ufffd' : String.fromCodePoint(value);
  });
}

function escapeCode(code: number): string {
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
