import { hideColours, showControls } from '../show-controls';

/* How many columns of a terminal a text takes. Control characters must be visible already: they have no width. */

/** Columns of a tab stop. */
const TAB = 8;

/** The columns of a text: wide characters take two, marks above others none (UAX #11). */
export function measure(text: string): number {
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

/**
 * Cuts a text.
 *
 * @param width columns that it can take
 * @param end what shows that something is missing; it is cut as well where there is no room for it
 */
export function cut(text: string, width: number, end = ''): string {
  if (measure(text) <= width) return text;
  const last = cut(end, Math.max(0, width));
  return `${take(text, width - measure(last))}${last}`;
}

/** Fills a text up with blanks. */
export function pad(text: string, width: number): string {
  return `${text}${' '.repeat(Math.max(0, width - measure(text)))}`;
}

/**
 * Wraps a text between words. A word that is wider than the screen is broken.
 *
 * @param columns at least 2, the width of a wide character
 * @returns lines, of which none is wider
 */
export function wrapColumns(text: string, columns: number): string[] {
  const width = Math.max(2, columns);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && measure(line) + 1 + measure(word) <= width) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    for (line = word; measure(line) > width; ) {
      const first = take(line, width);
      lines.push(first);
      line = line.slice(first.length);
    }
  }
  return [...lines, line];
}

/**
 * Breaks a text at the edge of the screen, as a terminal does.
 *
 * @param columns at least 2
 * @param most rows
 * @param end what shows that more is missing
 */
export function breakColumns(text: string, columns: number, most: number, end: string): string[] {
  const width = Math.max(2, columns);
  const rows: string[] = [];
  let rest = text;
  for (; rows.length < most - 1 && measure(rest) > width; rest = rest.slice(rows.at(-1)?.length))
    rows.push(take(rest, width));
  return [...rows, cut(rest, width, end)];
}

/**
 * A text as it can be shown in the middle of a screen: in one line, with visible controls, and without what cannot be
 * seen or turns the direction of writing.
 */
export function tameText(text: string): string {
  const shown = showControls(text.replace(/[\n\u2028\u2029]/g, ' '));
  return expandTabs(shown.replace(INVISIBLE, ''));
}

/** The same for a line of output of a program: only what follows the last return of the carriage, as on a terminal. */
export function tameLine(line: string): string {
  const seen = line.replace(/\r+$/, '');
  return tameText(hideColours(seen.slice(seen.lastIndexOf('\r') + 1)));
}

/** Marks without an own column, and halves of Korean syllables. */
const NARROW = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
const EMOJI = /\p{Emoji_Presentation}/u;
/** Terminals differ about the width of a character that is followed by a variation selector. */
const INVISIBLE = /\p{Cf}|\p{Variation_Selector}/gu;
/** The first and last characters of the wide blocks (EastAsianWidth.txt). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d37f],
  [0x1f200, 0x1f2ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];
/** Before it, all visible characters take one column. */
const FIRST_SPECIAL = 0x300;

function widthOf(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) as number;
  if (code < FIRST_SPECIAL) return 1;
  if (NARROW.test(character)) return 0;
  return EMOJI.test(character) || WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** As much of a text as fits. */
function take(text: string, width: number): string {
  let taken = '';
  let columns = 0;
  for (const character of text) {
    columns += widthOf(character);
    if (columns > width) break;
    taken += character;
  }
  return taken;
}

function expandTabs(text: string): string {
  if (!text.includes('\t')) return text;
  let line = '';
  for (const [index, part] of text.split('\t').entries())
    line += index === 0 ? part : `${' '.repeat(TAB - (measure(line) % TAB))}${part}`;
  return line;
}
