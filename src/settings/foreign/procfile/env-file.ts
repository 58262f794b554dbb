import type { SourceLine } from '../line-report';

/** A variable of a `.env` file, and its line. */
export interface EnvLine {
  line: SourceLine;
  /** Null for a line that foreman ignores. */
  variable: { name: string; value: string } | null;
}

/**
 * Reads a `.env` file as foreman does. Its rules are fewer than those of other readers of such files (dotenv, a shell),
 * with which a comment behind a value or `export` would change the meaning: a value is all behind the first `=`; single
 * quotes around it are removed; with double quotes `\n` is a line break, and a backslash takes the meaning of any other
 * character. All else is ignored.
 *
 * @param file as the user knows it
 * @returns the lines that are neither empty nor comments
 */
export function readEnvLines(file: string, text: string): EnvLine[] {
  return text
    .split(/\r?\n/)
    .map((raw, index) => ({
      line: { origin: `${file}:${index + 1}`, text: raw.trim() },
      variable: readLine(raw),
    }))
    .filter(({ line }) => line.text !== '' && !line.text.startsWith('#'));
}

function readLine(raw: string): { name: string; value: string } | null {
  const [, name, value = ''] = /^([A-Za-z_0-9]+)=(.*)$/.exec(raw) ?? [];
  if (name === undefined) return null;
  const [, quote, inner = ''] = /^(['"])(.*)\1$/.exec(value) ?? [];
  if (quote === undefined) return { name, value };
  if (quote === "'") return { name, value: inner };
  return { name, value: inner.replaceAll('\\n', '\n').replace(/\\(.)/g, '$1') };
}
