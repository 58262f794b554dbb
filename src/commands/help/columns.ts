/**
 * Lays out words in columns, top to bottom, in as few rows as possible: the layout of `help` (Python's cmd module).
 *
 * @param words in reading order
 * @param width columns of the terminal
 * @returns the rows, without trailing spaces
 */
export function layOutColumns(words: readonly string[], width: number): string[] {
  for (let rows = 1; ; rows++) {
    const columns = Math.ceil(words.length / rows);
    const widths = Array.from({ length: columns }, (_, column) =>
      Math.max(...words.slice(column * rows, (column + 1) * rows).map(word => word.length)),
    );
    const total = widths.reduce((sum, one) => sum + one + 2, -2);
    if (total > width && rows < words.length) continue;
    return Array.from({ length: rows }, (_, row) =>
      widths
        .map((one, column) => (words[column * rows + row] ?? '').padEnd(one))
        .join('  ')
        .trimEnd(),
    );
  }
}
