/**
 * Whether a file name matches a pattern of Python's fnmatch: `*`, `?`, `[a-z]` and `[!a-z]`. A bracket that is not closed
 * is an ordinary character. Its time is bounded by the product of both lengths.
 *
 * @param name without a slash
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const parts = readParts(pattern);
  const chars = Array.from(name);
  let [at, part, starAt, starPart] = [0, 0, -1, -1];
  while (at < chars.length) {
    const current = parts[part];
    if (current === null) {
      [starAt, starPart] = [at, part];
      part += 1;
    } else if (current?.(chars[at]!)) {
      at += 1;
      part += 1;
    } else if (starPart >= 0) {
      starAt += 1;
      [at, part] = [starAt, starPart + 1];
    } else return false;
  }
  return parts.slice(part).every(rest => rest === null);
}

/** Whether a text has a wildcard. */
export function hasWildcard(text: string): boolean {
  return /[*?[]/.test(text);
}

/** Matches one character; null for `*`. */
type Part = ((char: string) => boolean) | null;

function readParts(pattern: string): Part[] {
  const tokens = pattern.match(/\*+|\[!?\]?[^\]]*\]|[\s\S]/gu) ?? [];
  return tokens.map(token => {
    if (token.startsWith('*')) return null;
    if (token === '?') return () => true;
    if (token.length > 1 && token.startsWith('[')) return readSet(token.slice(1, -1));
    return char => char === token;
  });
}

function readSet(text: string): (char: string) => boolean {
  const isNegated = text.startsWith('!');
  const ranges = (isNegated ? text.slice(1) : text).match(/[\s\S]-[\s\S]|[\s\S]/gu) ?? [];
  return char => ranges.some(range => isIn(char, Array.from(range))) !== isNegated;
}

function isIn(char: string, [from, , to]: string[]): boolean {
  return to === undefined ? char === from : from! <= char && char <= to;
}
