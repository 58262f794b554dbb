import { glyphsOf, type Look, paint } from '../../../system/terminal';
import { cut, pad, tameLine, tameText } from '../../../system/text/columns';
import { USUAL_OF_FLEET } from '../../list/columns';
import type { Entry } from '../../list/entries';
import { chooseFitting, layOutRows } from '../../list/print-entries';
import type { View } from './view';

/** Everything that the panel of a fleet shows. */
export interface FleetPicture {
  /** What `-C` names. */
  file: string;
  /** Those that are shown, and how many there are. */
  entries: readonly Entry[];
  count: number;
  view: View;
  /** The output of the program that is selected. */
  output: readonly string[];
  /** What the last row says instead of the keys. */
  message: string | null;
}

const KEYS = ' q quit  s start  x stop  r restart  / filter  S sort  Enter output  ? help';
const FEW_KEYS = ' q quit  s x r  / S  Enter  ? help';
const HELP: readonly (readonly [key: string, text: string])[] = [
  ['up, down, k, j', 'select a program'],
  ['PgUp, PgDn', 'the same, by a screen'],
  ['Enter', 'its output on the whole screen, and back'],
  ['s', 'start it'],
  ['x', 'stop it, after a question'],
  ['r', 'restart it, after a question'],
  ['/', 'show only what contains a text; Esc shows all'],
  ['S', 'sort by name, state, cpu, memory, uptime, restarts'],
  ['Ctrl-L', 'draw everything anew'],
  ['q', 'leave; the programs go on'],
];
/** Rows around the list: the first one, the titles, the line above the output, the last one. */
const FRAME = 4;
/** The part of the screen that the list takes where the output needs room as well. */
const SHARE = 0.5;

/** How many programs are visible at once. */
export function roomFor(count: number, rows: number): number {
  const room = Math.max(1, rows - FRAME);
  return Math.max(1, Math.min(count, Math.max(Math.floor(room * SHARE), 1)));
}

/**
 * Lays the panel out.
 *
 * @param rows of the screen
 * @returns as many lines, of which none is wider than the screen
 */
export function layOutFleet(picture: FleetPicture, look: Look, rows: number): string[] {
  const { view, message } = picture;
  const body = { list: layOutList, output: layOutOutput, help: layOutHelp }[view.mode](
    picture,
    look,
    rows - 1,
  );
  while (body.length < rows - 1) body.push('');
  const keys = KEYS.length <= look.columns ? KEYS : FEW_KEYS;
  const last = view.isTyping ? ` filter: ${view.filter}_` : (message ?? keys);
  const line = cut(tameText(last), look.columns, glyphsOf(look).ellipsis);
  return [
    ...body.slice(0, Math.max(0, rows - 1)),
    message || view.isTyping ? line : paint(line, 'dim', look),
  ];
}

function layOutList(picture: FleetPicture, look: Look, rows: number): string[] {
  const { entries, view, output } = picture;
  const room = roomFor(entries.length, rows + 1);
  const narrow = { ...look, columns: look.columns - 1 };
  const { shown, left: hidden } = chooseFitting(entries, USUAL_OF_FLEET, narrow.columns);
  const [title = '', ...lines] = layOutRows(entries, shown, narrow);
  const plain = layOutRows(entries, shown, { ...narrow, hasColours: false });
  const visible = lines.slice(view.first, view.first + room).map((line, index) => {
    const at = view.first + index;
    return entries[at]?.name === view.selected ? formatSelected(plain[at + 1] ?? '', look) : ` ${line}`;
  });
  const heading = [
    ...(view.selected === null ? [] : [`output of ${view.selected}`]),
    ...(hidden.length === 0 ? [] : [`no room for ${hidden.map(name => name.toUpperCase()).join(', ')}`]),
  ].join('; ');
  const left = Math.max(0, rows - visible.length - FRAME + 1);
  return [
    formatHead(picture, look),
    paint(cut(` ${title}`, look.columns), 'dim', look),
    ...visible,
    paint(cut(tameText(heading), look.columns, glyphsOf(look).ellipsis), 'dim', look),
    ...lastRows(output, left, look),
  ];
}

/** Without colours, only the mark in front tells. */
function formatSelected(line: string, look: Look): string {
  const text = `>${line}`;
  return look.hasColours ? `\x1b[7m${pad(text, look.columns)}\x1b[0m` : text;
}

/** `apps: 12 programs, 10 running, 1 failed; sorted by -cpu; filter @web`. */
function formatHead({ file, entries, count, view }: FleetPicture, look: Look): string {
  const words = new Map<string, number>();
  for (const { word } of entries) words.set(word, (words.get(word) ?? 0) + 1);
  const states = [...words].map(([word, number]) => `${number} ${word}`);
  const facts = [
    `${file}: ${[count === 1 ? '1 program' : `${count} programs`, ...states].join(', ')}`,
    ...(view.sort === null ? [] : [`sorted by ${view.sort.replace(/^-/, '')}`]),
    ...(view.filter === '' ? [] : [`filter ${view.filter}`]),
  ];
  return cut(tameText(facts.join('; ')), look.columns, glyphsOf(look).ellipsis);
}

function layOutOutput({ view, output }: FleetPicture, look: Look, rows: number): string[] {
  const heading = cut(tameText(`output of ${view.selected}`), look.columns, glyphsOf(look).ellipsis);
  return [paint(heading, 'dim', look), ...lastRows(output, rows - 1, look)];
}

function lastRows(output: readonly string[], most: number, look: Look): string[] {
  if (most <= 0) return [];
  return output.slice(-most).map(line => cut(tameLine(line), look.columns, glyphsOf(look).ellipsis));
}

function layOutHelp(_picture: FleetPicture, look: Look, rows: number): string[] {
  const width = Math.max(...HELP.map(([key]) => key.length));
  const lines = HELP.map(([key, text]) => `  ${pad(key, width)}  ${text}`);
  return lines.slice(0, rows).map(line => cut(line, look.columns, glyphsOf(look).ellipsis));
}
