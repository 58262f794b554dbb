import { cpus, release, totalmem } from 'node:os';
import { agree, type Figure, isKept } from './figure';

/**
 * Renders the table for the screen.
 *
 * @param figures
 * @param before figures of another run, for comparison; none = no such column
 */
export function renderTable(figures: readonly Figure[], before: readonly Figure[] = []): string {
  const rows = figures.map(figure => [
    figure.name,
    figure.who,
    `${show(figure.value)} ${figure.unit}`,
    `${show(figure.spread[0])} … ${show(figure.spread[1])}`,
    ...(before.length > 0 ? [describeBefore(figure, before)] : []),
    figure.floor ?? '',
    describePromise(figure),
  ]);
  const second = before.length > 0 ? ['another run'] : [];
  const head = ['measurement', 'program', 'median', 'middle half', ...second, 'floor', 'promise'];
  const widths = head.map((word, column) =>
    Math.max(word.length, ...rows.map(row => row[column]?.length ?? 0)),
  );
  return [head, widths.map(width => '-'.repeat(width)), ...rows]
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Renders the same as a csv-table of reStructuredText, one line for each figure, without what is kept and missed. */
export function renderPage(figures: readonly Figure[], before: readonly Figure[] = []): string {
  const row = (cells: string[]) => cells.map(cell => `"${cell}"`).join(', ');
  const second = before.length > 0 ? ['Another run'] : [];
  const rows = figures.map(figure =>
    row([
      figure.name,
      figure.who,
      `${show(figure.value)} ${figure.unit}${figure.floor ? ` (${figure.floor})` : ''}`,
      `${show(figure.spread[0])} to ${show(figure.spread[1])}`,
      ...(before.length > 0 ? [describeBefore(figure, before)] : []),
      describePromise(figure).replace(/: \w+$/, ''),
    ]),
  );
  return [
    '.. csv-table::',
    `   :header: ${row(['Measurement', 'Program', 'Median', 'Middle half of the runs', ...second, 'Promise'])}`,
    '',
    ...rows.map(line => `   ${line}`),
    '',
  ].join('\n');
}

/** Describes the machine on which the figures were measured. */
export function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${memory} GiB, ${process.platform} ${release()}, Node ${process.version}`;
}

function describeBefore(figure: Figure, before: readonly Figure[]): string {
  const other = before.find(
    ({ name, who, unit }) => name === figure.name && who === figure.who && unit === figure.unit,
  );
  if (!other) return '';
  // The only spread of a single run is its last digit.
  const agrees = agree(figure, other) || show(figure.value) === show(other.value);
  return `${show(other.value)}: ${agrees ? 'agrees' : 'DIFFERS'}`;
}

function describePromise(figure: Figure): string {
  if (!figure.promise) return '';
  const { kind, value } = figure.promise;
  return `${kind} ${show(value)}: ${isKept(figure) ? 'kept' : 'MISSED'}`;
}

function show(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
