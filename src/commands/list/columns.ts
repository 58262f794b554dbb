import { UsageError } from '../../system/errors';
import { suggest } from '../../system/text/nearest';
import { formatDuration, formatSize } from '../inspect/human';
import type { Entry } from './entries';

/** A column of the list. */
interface Column {
  title: string;
  /** Numbers end below each other. */
  isNumber?: boolean;
  cell(entry: Entry): string;
  /** What the lines are ordered by. */
  order(entry: Entry): number | string;
}

const NOTHING = '-';

/** All columns by name; the first ones are the usual list. */
export const columns: Record<string, Column> = {
  name: { title: 'NAME', cell: ({ name }) => name, order: ({ name }) => name },
  state: { title: 'STATE', cell: ({ word }) => word, order: ({ word }) => word },
  pid: numeric('PID', ({ pid }) => pid, String),
  uptime: numeric('UPTIME', ({ uptime }) => uptime, formatDuration),
  restarts: numeric('RESTARTS', ({ crashes }) => crashes, String),
  cpu: numeric(
    'CPU',
    ({ cpu }) => cpu,
    share => `${share.toFixed(1)}%`,
  ),
  mem: numeric('MEM', ({ memory }) => memory, formatSize),
  why: { title: 'WHY', cell: ({ why }) => why, order: ({ why }) => why },
  socket: { title: 'SOCKET', cell: ({ socket }) => socket, order: ({ socket }) => socket },
  file: { title: 'FILE', cell: ({ file }) => file ?? NOTHING, order: ({ file }) => file ?? '' },
};

export const USUAL = ['name', 'state', 'pid', 'uptime', 'restarts', 'cpu', 'mem', 'why'];

/**
 * Reads the names of columns.
 *
 * @param text separated by commas, or null for the usual ones
 * @throws UsageError with the nearest name
 */
export function chooseColumns(text: string | null): string[] {
  return text === null ? USUAL : text.split(',').map(word => findColumn(word.trim(), '-o'));
}

/**
 * Orders entries.
 *
 * @param by the name of a column, with `-` in front from the largest; null leaves them as they are
 * @throws UsageError with the nearest name
 */
export function sortEntries(entries: readonly Entry[], by: string | null): Entry[] {
  if (by === null) return [...entries];
  const isFalling = by.startsWith('-');
  const { order } = columns[findColumn(isFalling ? by.slice(1) : by, '--sort')] as Column;
  const sign = isFalling ? -1 : 1;
  return [...entries].sort((one, other) => sign * compare(order(one), order(other)));
}

/**
 * Lays the entries out.
 *
 * @param names of the columns
 * @returns rows of cells, of which the first has the titles; all but the last cell are filled up
 */
export function layOut(entries: readonly Entry[], names: readonly string[]): string[][] {
  const chosen = names.map(name => columns[name] as Column);
  const rows = [
    chosen.map(({ title }) => title),
    ...entries.map(entry => chosen.map(({ cell }) => cell(entry))),
  ];
  return rows.map(row =>
    row.map((cell, at) => {
      const { isNumber } = chosen[at] as Column;
      const width = Math.max(...rows.map(other => (other[at] as string).length));
      if (isNumber) return cell.padStart(width);
      return at === row.length - 1 ? cell : cell.padEnd(width);
    }),
  );
}

function numeric(
  title: string,
  find: (entry: Entry) => number | null,
  format: (value: number) => string,
): Column {
  return {
    title,
    isNumber: true,
    cell(entry) {
      const value = find(entry);
      return value === null ? NOTHING : format(value);
    },
    order: entry => find(entry) ?? -1,
  };
}

function findColumn(word: string, flag: string): string {
  const name = word.toLowerCase();
  if (Object.hasOwn(columns, name)) return name;
  const all = Object.keys(columns);
  throw new UsageError(
    `unknown column '${word}' after ${flag}${suggest(name, all, `the columns are ${all.join(', ')}`)}`,
  );
}

function compare(one: number | string, other: number | string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
