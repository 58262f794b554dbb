/** What stands in front of the text of `send`, and the text. */
export interface SplitText {
  options: string[];
  text: string[];
}

/** Options with a word behind them. */
const VALUED = ['--key'];

/**
 * Splits the words after `send`: its options end at the first other word or at `--`, since a text can contain anything.
 *
 * @param words as typed
 */
export function splitText(words: readonly string[]): SplitText {
  const isText = (word: string, index: number) => {
    const isValue = VALUED.includes(words[index - 1] ?? '');
    return !isValue && (word === '--' || word === '-' || !word.startsWith('-'));
  };
  const at = words.findIndex(isText);
  if (at < 0) return { options: [...words], text: [] };
  return { options: words.slice(0, at), text: words.slice(words[at] === '--' ? at + 1 : at) };
}
