/**
 * Makes control characters visible, so that text of programs, files and other processes cannot attack the terminal that
 * shows it: C0 becomes `^[`, C1 becomes `\x9b`. TAB and newline pass.
 */
export function showControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must be matched here
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, character => {
    const code = character.charCodeAt(0);
    if (code === 0x7f) return '^?';
    return code < 0x20 ? `^${String.fromCharCode(code + 0x40)}` : `\\x${code.toString(16)}`;
  });
}

/** A line of output of a program, without its colours, made visible in the same way. */
export function showLine(line: string): string {
  return showControls(hideColours(line).replace(/\r$/, ''));
}

/** A text without its colours. */
export function hideColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  return text.replace(/\x1b\[[0-9;:]*m/g, '');
}

/** JSON in which these characters are escapes as well. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f]/g,
    character => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}
