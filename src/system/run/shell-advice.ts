/** Words that only a shell knows. `.` is missing: as a program it is a folder, and said to be one. */
const BUILTINS = [
  ...[
    'alias',
    'cd',
    'eval',
    'exec',
    'export',
    'for',
    'if',
    'set',
    'source',
    'trap',
    'ulimit',
    'umask',
    'unset',
  ],
  ...['until', 'while', '(', '{', '!'],
];

/** Characters that connect or redirect commands in a shell. `;` is missing: find(1) has it as an argument. */
const OPERATOR = /^(?:&&?|\|\|?|\d*<|[\d&]?>{1,2}(?:[\w./&-]\S*)?)$/;

/**
 * Advice for a command that was not found and that a shell would have understood: no shell reads it.
 *
 * @param word the first word
 * @returns the advice, or an empty string
 */
export function adviseOnCommand(word: string): string {
  const assigned = /^([a-z_]\w*)=/i.exec(word)?.[1];
  if (assigned !== undefined)
    return `no shell reads it: put ${assigned} into the environment section, or write env ${word} ...`;
  const variable = /\$(?:[a-z_]\w*|\{[^}]*\}|\([^)]*\))/i.exec(word)?.[0];
  if (variable !== undefined) return `no shell replaces ${variable}: write the path in full`;
  if (word.startsWith('~')) return 'no shell replaces ~: write the path in full';
  if (word === 'cd') return "'cd' is a command of the shell: use directory, or sh -c 'cd ... && exec ...'";
  if (BUILTINS.includes(word)) return `'${word}' is a command of the shell: write sh -c '${word} ...'`;
  return '';
}

/**
 * Finds the words of a command line that mean something to a shell only.
 *
 * @param words of the command
 * @returns the first such word, or null
 */
export function findOperator(words: readonly string[]): string | null {
  return words.find(word => OPERATOR.test(word)) ?? null;
}
