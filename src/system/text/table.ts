import { cut, measure, pad } from './columns';

/** A column of a table. */
export interface TableColumn {
  /** Numbers end below each other. */
  isNumber?: boolean;
  /** Columns that it takes at most; longer cells are cut. */
  most?: number;
}

/**
 * Fills the cells of rows up, so that they stand below each other.
 *
 * @param rows of the same number of cells, without control characters
 * @param columns one for each cell
 * @param end what shows that a cell was cut
 * @returns the same rows; a text in the last column is not filled up
 */
export function alignCells(
  rows: readonly (readonly string[])[],
  columns: readonly TableColumn[],
  end = '',
): string[][] {
  const widths = measureColumns(rows, columns);
  return rows.map(row =>
    row.map((cell, at) => {
      const { isNumber } = columns[at] as TableColumn;
      const width = widths[at] as number;
      const shown = cut(cell, width, end);
      if (isNumber) return `${' '.repeat(width - measure(shown))}${shown}`;
      return at === row.length - 1 ? shown : pad(shown, width);
    }),
  );
}

/** How wide each column is. */
export function measureColumns(
  rows: readonly (readonly string[])[],
  columns: readonly TableColumn[],
): number[] {
  return columns.map(({ most = Number.POSITIVE_INFINITY }, at) =>
    Math.min(
      most,
      rows.reduce((width, row) => Math.max(width, measure(row[at] ?? '')), 0),
    ),
  );
}
