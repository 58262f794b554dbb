/**
 * Quotes words for a shell, so that a user can copy them from a message.
 *
 * @param words in order
 * @returns one line, with quotes only where a shell needs them
 */
export function quoteForShell(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
