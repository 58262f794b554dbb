import { type ActionContext, print } from '../../client/context';
import { chooseLook, colourOf, glyphsOf, isTerminal, type Look, paint, signOf } from '../../system/terminal';
import { wrapColumns } from '../../system/text/columns';
import { cutStyled, type Styled } from '../../system/text/styled';
import { alignCells, measureColumns, type TableColumn } from '../../system/text/table';
import { findByName, readCells } from './columns';
import type { Entry } from './entries';

const GAP = '  ';
/** Columns of the symbol in front. */
const INDENT = 2;
/** Columns that the last column has at least, if it needs them. */
const LEAST = 8;
/** Which columns give way first where there is no room for all. */
const GIVING_WAY = ['tags', 'mem', 'cpu', 'restarts', 'pid', 'uptime'];

/**
 * Prints entries as a table: all of it in a pipe, and what fits on a terminal, which says what it leaves out.
 *
 * @param names of the columns
 */
export function printEntries(
  context: Pick<ActionContext, 'write' | 'stdout'>,
  entries: readonly Entry[],
  names: readonly string[],
): void {
  if (!isTerminal(1)) {
    const rows = alignCells(readCells(entries, names), names.map(findByName));
    for (const row of rows) print(context as ActionContext, row.join(GAP).trimEnd());
    return;
  }
  const look = chooseLook(context.stdout as NodeJS.WriteStream, process.env);
  for (const line of layOutEntries(entries, names, look)) context.write(`${line}\n`);
}

/**
 * Lays entries out for a terminal: each state with its symbol and colour, and the last column cut at the edge.
 *
 * @returns lines, of which none is wider than the screen; the last ones name the columns that have no room
 */
export function layOutEntries(entries: readonly Entry[], names: readonly string[], look: Look): string[] {
  const { shown, left } = chooseFitting(entries, names, look.columns);
  const rows = layOutRows(entries, shown, look);
  if (left.length === 0) return rows;
  const titles = left.map(name => findByName(name).title).join(', ');
  const note = `not shown in ${look.columns} columns: ${titles}; -o chooses`;
  return [...rows, ...wrapColumns(note, look.columns).map(line => paint(line, 'dim', look))];
}

/** The title and one line for each entry, of columns that fit. */
export function layOutRows(entries: readonly Entry[], names: readonly string[], look: Look): string[] {
  const { ellipsis } = glyphsOf(look);
  const rows = alignCells(readCells(entries, names), limitColumns(names, look.columns), ellipsis);
  return rows.map((row, at) => formatRow(row, names, entries[at - 1], look));
}

/** Which columns fit, and which do not. */
export function chooseFitting(
  entries: readonly Entry[],
  names: readonly string[],
  width: number,
): { shown: string[]; left: string[] } {
  const shown = [...names];
  for (const next of new Set([...GIVING_WAY, ...names.slice(1).reverse()])) {
    if (widthOf(entries, shown, width) <= width) break;
    const at = shown.indexOf(next);
    if (at > 0) shown.splice(at, 1);
  }
  return { shown, left: names.filter(name => !shown.includes(name)) };
}

/** Columns that a table needs at least. */
function widthOf(entries: readonly Entry[], names: readonly string[], width: number): number {
  const widths = measureColumns(readCells(entries, names), limitColumns(names, width));
  const last = widths.pop() ?? 0;
  return widths.reduce((sum, one) => sum + one + GAP.length, INDENT) + Math.min(last, LEAST);
}

/** A long name must not fill the screen. */
function limitColumns(names: readonly string[], width: number): TableColumn[] {
  return names.map(name => {
    const column = findByName(name);
    return name === 'name' ? { ...column, most: Math.max(LEAST, Math.floor(width / 3)) } : column;
  });
}

function formatRow(
  row: readonly string[],
  names: readonly string[],
  entry: Entry | undefined,
  look: Look,
): string {
  const sign: Styled = entry ? [[signOf(entry.mark, look), colourOf(entry.mark)], ' '] : ['  '];
  const cells = row.flatMap((cell, at): Styled => {
    const gap = at === 0 ? '' : GAP;
    const isState = entry && names[at] === 'state';
    return isState ? [gap, [cell, colourOf(entry.mark)]] : [`${gap}${cell}`];
  });
  return cutStyled([...sign, ...cells], look.columns, look, glyphsOf(look).ellipsis).trimEnd();
}
