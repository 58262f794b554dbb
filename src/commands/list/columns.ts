import { UsageError } from '../../system/errors';
import { showControls } from '../../system/show-controls';
import { suggest } from '../../system/text/nearest';
import type { TableColumn } from '../../system/text/table';
import { formatDuration, formatSize } from '../inspect/human';
import type { Entry } from './entries';

/** A column of the list. */
interface Column extends TableColumn {
  title: string;
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
  tags: {
    title: 'TAGS',
    cell: ({ tags }) => tags?.join(',') || NOTHING,
    order: ({ tags }) => tags?.join(',') ?? '',
  },
  why: { title: 'WHY', cell: ({ why }) => why, order: ({ why }) => why },
  socket: { title: 'SOCKET', cell: ({ socket }) => socket, order: ({ socket }) => socket },
  file: { title: 'FILE', cell: ({ file }) => file ?? NOTHING, order: ({ file }) => file ?? '' },
};

export const USUAL = ['name', 'state', 'pid', 'uptime', 'restarts', 'cpu', 'mem', 'why'];
/** The same for the programs of a fleet. */
export const USUAL_OF_FLEET = ['name', 'state', 'pid', 'uptime', 'restarts', 'cpu', 'mem', 'tags', 'why'];

/**
 * Reads the names of columns.
 *
 * @param text separated by commas, or null for the usual ones
 * @param usual
 * @throws UsageError with the nearest name
 */
export function chooseColumns(text: string | null, usual: readonly string[]): readonly string[] {
  return text === null ? usual : text.split(',').map(word => findColumn(word.trim(), '-o'));
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
 * The cells of entries, as text that can be shown.
 *
 * @param names of the columns
 * @returns rows, of which the first has the titles
 */
export function readCells(entries: readonly Entry[], names: readonly string[]): string[][] {
  const chosen = names.map(findByName);
  return [
    chosen.map(({ title }) => title),
    ...entries.map(entry => chosen.map(({ cell }) => showControls(cell(entry)).replaceAll('\n', ' '))),
  ];
}

/** A column that exists. */
export function findByName(name: string): Column {
  return columns[name] as Column;
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
