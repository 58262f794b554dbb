/**
 * Wraps a paragraph between words.
 *
 * @param text words with single spaces between
 * @param width columns; a longer word gets its own line
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/**
 * Lays out rows of a name and a text. If the screen is narrow, or the name long, the text begins below the name.
 *
 * @param rows the name, with its indentation, and the text
 * @param column where the texts begin
 * @param width of the screen
 * @returns lines without trailing blanks
 */
export function layOutRows(
  rows: readonly [name: string, text: string][],
  column: number,
  width: number,
): string[] {
  const isNarrow = width - column < NARROWEST;
  const start = isNarrow ? INDENT : column;
  return rows.flatMap(([written, text]) => {
    const name = isNarrow ? `  ${written.trim()}` : written;
    const lines = wrap(text, width - start).filter(line => line !== '');
    const first = name.length < start - 1 ? `${name.padEnd(start)}${lines.shift() ?? ''}`.trimEnd() : name;
    return [first, ...lines.map(line => ' '.repeat(start) + line)];
  });
}

/**
 * The width of the screen that a text is written for.
 *
 * @param stream where it is written
 * @param env COLUMNS counts if that is no terminal
 * @returns columns, 80 if nothing is known
 */
export function screenWidth(stream: object, env: NodeJS.ProcessEnv = process.env): number {
  const { columns } = stream as { columns?: number };
  const width = columns || Number(env.COLUMNS) || USUAL;
  return Math.max(LEAST, Math.min(Math.floor(width), MOST));
}

/** Columns: a text narrower than this is hard to read, and so is a line that is longer than the last. */
const NARROWEST = 30;
const INDENT = 6;
const USUAL = 80;
const LEAST = 20;
const MOST = 110;
