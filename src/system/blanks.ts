/**
 * The characters that Python's str.isspace() accepts, for a character class. Pages and word processors put some of them
 * where a file needs a space, and an editor shows no difference.
 */
export const BLANKS =
  '\\t\\n\\v\\f\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** Removes what Python's str.strip() removes, as ZConfig does for zdaemon. */
export function strip(text: string): string {
  return text.replace(OUTER, '');
}

/** Removes what Python's str.rstrip() removes. */
export function stripEnd(text: string): string {
  return text.replace(TRAILING, '');
}

/** Whether a character is white space in Python. */
export function isBlank(char: string): boolean {
  return BLANK.test(char);
}

/**
 * Makes visible what a terminal does not show, or shows as another character: control characters as `\x1b`; blanks,
 * format characters and dashes as `<U+00A0>`.
 */
export function showHidden(text: string): string {
  return text.replace(HIDDEN, char =>
    CONTROL.test(char)
      ? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
      : `<${nameCharacter(char)}>`,
  );
}

/** `U+00A0` */
export function nameCharacter(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Whether a word begins with a character that only looks like the `-` of an option. */
export function startsWithFalseDash(word: string): boolean {
  return FALSE_DASH.test(word);
}

const OUTER = new RegExp(`^[${BLANKS}]+|[${BLANKS}]+$`, 'g');
const TRAILING = new RegExp(`[${BLANKS}]+$`);
const BLANK = new RegExp(`^[${BLANKS}]$`);
const CONTROL = /\p{Cc}/u;
const DASHES = '\\u2010-\\u2015\\u2212\\ufe58\\ufe63\\uff0d';
const HIDDEN = new RegExp(`(?! )[\\p{Cc}\\p{Cf}\\p{Z}${DASHES}]`, 'gu');
const FALSE_DASH = new RegExp(`^[${DASHES}]`);
