import { isWellFormed } from '../../../system/bytes';

/* The texts of unit files: systemd.syntax(7), systemd.service(5) and systemd.exec(5). */

const ESCAPES: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\\': '\\\\', '"': '\\"' };

/** What runs a program whose path systemd refuses: it takes neither quotes nor variables there. */
const BY_SHELL = ['/bin/sh', '-c', 'exec "$0" "$@"'];

/**
 * Quotes words for ExecStart and its like, which have specifiers (`%`), variables (`$`), quotes and C escapes.
 *
 * @param words the first one is an absolute path
 * @param argv0 what the program sees as its own name, if that is not its path
 */
export function quoteCommand(words: readonly string[], argv0: string | null = null): string {
  const [path = '', ...others] = words;
  if (!isPlainPath(path)) return quoteCommand([...BY_SHELL, ...words]);
  const [mark, names] = argv0 === null ? ['', []] : ['@', [argv0]];
  return [mark + quoteSpecifiers(path), ...[...names, ...others].map(quoteArgument)].join(' ');
}

/** Whether systemd takes it as the path of a program. */
export function isPlainPath(path: string): boolean {
  return !/["'\\$]|\p{Cc}|\p{Cs}/u.test(path);
}

/** A word after the first. */
export function quoteArgument(word: string): string {
  return quoteSpecifiers(word.replaceAll('$', '$$$$'));
}

/** A word without variables, as in `Environment=`, or the path of a command. */
export function quoteSpecifiers(word: string): string {
  return quote(word.replaceAll('%', '%%'));
}

/** A value that is taken whole, without quotes and escapes; null if it cannot be written. */
export function writeWhole(value: string): string | null {
  if (/\p{Cc}/u.test(value) || /^\s|[\s\\]$/.test(value)) return null;
  return value.replaceAll('%', '%%');
}

/** A path that is taken whole. A slash protects an end that systemd would strip; it makes no difference to a folder. */
export function writeFolder(path: string): string | null {
  return writeWhole(/[\s\\]$/.test(path) ? `${path}/` : path);
}

/** A path of EnvironmentFile, which is a pattern. */
export function writePattern(path: string): string | null {
  return writeWhole(path.replace(/[*?[\]\\]/g, '\\$&'));
}

/** Whether systemd accepts a variable; it would ignore others. */
export function isVariable(name: string, value: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !/(?![\t\n])\p{Cc}/u.test(value) && isWellFormed(value);
}

function quote(word: string): string {
  if (/^[\w@%+=:,./$-]+$/.test(word)) return word;
  return `"${word.replace(/["\\]|\p{Cc}|\p{Cs}/gu, escapeCharacter)}"`;
}

/** A byte that is not UTF-8 is a lone surrogate here. */
function escapeCharacter(char: string): string {
  const code = char.charCodeAt(0);
  if (code >= 0x80 && code < 0xa0) return char;
  return ESCAPES[char] ?? `\\x${(code & 0xff).toString(16).padStart(2, '0')}`;
}
