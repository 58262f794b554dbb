import { glyphsOf, type Look, paint } from '../../system/terminal';
import { breakColumns, cut, pad, tameLine, tameText, wrapColumns } from '../../system/text/columns';
import { cutStyled, type Styled, wrapStyled } from '../../system/text/styled';
import type { Row } from './rows';

/** What the panel says, not laid out yet. */
export interface Panel {
  headline: Styled;
  rows: readonly Row[];
  /** What the lines of output are called. */
  outputName: string;
  /** Lines of output, as the program has written them. */
  output: readonly string[];
}

/** Columns before and of the names. */
const INDENT = 2;
const NAMES = 12;
/** With less room for the values, they follow on lines of their own. */
const NARROWEST = 28;
/** Columns before a line of output. */
const OUTPUT_INDENT = 4;

/**
 * Lays out the panel for a screen that rolls: everything is shown, and long values are wrapped.
 *
 * @returns lines, of which none is wider than the screen
 */
export function layOutPanel({ headline, rows, outputName, output }: Panel, look: Look): string[] {
  const { columns } = look;
  const names = look.columns - INDENT - NAMES < NARROWEST ? null : INDENT + NAMES;
  return [
    ...wrapStyled(headline, columns, look, INDENT),
    ...rows.flatMap(row => layOutRow(row, names, look)),
    ...(output.length > 0
      ? [cut(`  ${outputName}`, columns), ...output.flatMap(line => breakOutput(line, look))]
      : []),
  ];
}

/**
 * Lays out the panel for a screen that stands: each value has one line, so that nothing jumps.
 *
 * @param height rows that it can take
 * @param most lines of output
 * @returns lines, at most `height`, of which none is wider than the screen
 */
export function layOutStill(panel: Panel, look: Look, height: number, most: number): string[] {
  const { columns } = look;
  const { ellipsis } = glyphsOf(look);
  const first = cutStyled(panel.headline, columns, look, ellipsis);
  const share = Math.max(1, Math.ceil((height - 1) * ROWS_SHARE));
  const room = panel.output.length === 0 ? height - 1 : share;
  const lines = [first, ...chooseRows(panel.rows, look, room).slice(0, Math.max(0, height - 1))];
  const left = Math.min(height - lines.length - 1, most);
  if (left < 1 || panel.output.length === 0) return lines;
  const output = layOutOutput(panel.output.slice(-left), look);
  return [...lines, cut(`  ${panel.outputName}`, columns), ...output];
}

/** How much of the screen the rows take where there is output as well. */
const ROWS_SHARE = 0.5;

/** Leaves out the rows of the highest rank until the others fit; what is wrong is left out last. */
function chooseRows(rows: readonly Row[], look: Look, room: number): string[] {
  const laidOut = rows.map(row => ({
    rank: row.isBad ? 0 : row.rank,
    lines: layOutStillRow(row, look),
  }));
  const count = () => laidOut.reduce((sum, { lines }) => sum + lines.length, 0);
  while (count() > room && laidOut.length > 1) {
    const worst = laidOut.reduce((found, one) => (one.rank >= found.rank ? one : found));
    laidOut.splice(laidOut.indexOf(worst), 1);
  }
  return laidOut.flatMap(({ lines }) => lines);
}

function layOutStillRow({ name, value, isBad }: Row, look: Look): string[] {
  const start = look.columns < NARROW_SCREEN ? NAMES - 1 : INDENT + NAMES;
  const indent = look.columns < NARROW_SCREEN ? '' : ' '.repeat(INDENT);
  const room = Math.max(2, look.columns - start);
  const lines = typeof value === 'string' ? [tameText(value)] : value(room);
  return lines.map((line, index) => {
    const head = pad(index === 0 ? `${indent}${name}` : '', start);
    const shown = cut(`${head}${line}`, look.columns, glyphsOf(look).ellipsis);
    return isBad ? paint(shown, 'yellow', look) : shown;
  });
}

/** Columns below which the names are not indented. */
const NARROW_SCREEN = 50;

/** @param names columns of the names; null to give them lines of their own */
function layOutRow({ name, value, isBad }: Row, names: number | null, look: Look): string[] {
  const { columns } = look;
  const start = names ?? OUTPUT_INDENT;
  const room = columns - start;
  const lines = typeof value === 'string' ? wrapColumns(tameText(value), room) : value(room);
  const texts =
    names === null
      ? [cut(`  ${name}`, columns), ...lines.map(line => `${' '.repeat(start)}${line}`)]
      : lines.map((line, index) => `${pad(index === 0 ? `  ${name}` : '', start)}${line}`);
  return isBad ? texts.map(text => paint(text, 'yellow', look)) : texts;
}

/** A line that is longer than these rows is cut: it may be a megabyte of JSON. */
const LONGEST_LINE = 4;

/** A long line goes on in the next row: its end may be what matters. */
function breakOutput(line: string, look: Look): string[] {
  const { indent, room } = placeOutput(look);
  return breakColumns(tameLine(line), room, LONGEST_LINE, glyphsOf(look).ellipsis).map(
    row => `${indent}${row}`,
  );
}

function layOutOutput(lines: readonly string[], look: Look): string[] {
  const { indent, room } = placeOutput(look);
  const { ellipsis } = glyphsOf(look);
  return lines.map(line => `${indent}${cut(tameLine(line), room, ellipsis)}`);
}

function placeOutput({ columns }: Look): { indent: string; room: number } {
  const indent = columns < NARROW_SCREEN ? INDENT : OUTPUT_INDENT;
  return { indent: ' '.repeat(indent), room: columns - indent };
}
