import { fstatSync } from 'node:fs';
import { showControls } from './show-controls';
import { cut } from './text/columns';

/* What a terminal can show: the only place that decides about colours and characters. */

/** How text is shown. */
export interface Look {
  hasColours: boolean;
  /** Whether characters beyond ASCII can be shown. */
  hasSymbols: boolean;
  columns: number;
}

export type Colour = 'green' | 'yellow' | 'red' | 'dim' | 'cyan' | 'magenta' | 'blue';

/** What is to be thought of a state. A word always follows the symbol, so that nothing depends on a colour. */
export type Mark = 'up' | 'between' | 'bad' | 'down';

/** Characters beyond ASCII that zd uses for itself, and what replaces them. */
export interface Glyphs {
  /** At the end of a text that was cut. */
  ellipsis: string;
  /** Between entries of one line. */
  dot: string;
  /** In front of a child in a tree. */
  branch: string;
  /** The steps of a sparkline, from nothing to everything. */
  bars: readonly string[];
}

const codes: Record<Colour, number> = {
  green: 32,
  yellow: 33,
  red: 31,
  dim: 2,
  cyan: 36,
  magenta: 35,
  blue: 34,
};
const marks: Record<Mark, readonly [symbol: string, plain: string, colour: Colour]> = {
  up: ['●', '*', 'green'],
  between: ['◐', 'o', 'yellow'],
  bad: ['✗', 'x', 'red'],
  down: ['○', '-', 'dim'],
};
const symbols: Glyphs = { ellipsis: '…', dot: '·', branch: '└ ', bars: [...' ▁▂▃▄▅▆▇█'] };
const ascii: Glyphs = { ellipsis: '...', dot: ';', branch: '`- ', bars: [...' _.-=+*#@'] };
const USUAL_COLUMNS = 80;

/** The look of what no terminal shows: a pipe or a file. */
export const PLAIN: Look = { hasColours: false, hasSymbols: false, columns: Number.POSITIVE_INFINITY };

/** Whether a descriptor is a terminal. Node loads a module to tell that, which a pipe and a file do not need. */
export function isTerminal(fd: 0 | 1 | 2): boolean {
  try {
    if (!fstatSync(fd).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  const { isatty } = require('node:tty') as typeof import('node:tty');
  return isatty(fd);
}

/**
 * Decides how to show text on a terminal.
 *
 * @param stream standard output, if that is a terminal
 * @param env NO_COLOR (no-color.org) wins over FORCE_COLOR; a dumb terminal has no colours; the locale decides about
 *   characters
 */
export function chooseLook(stream: { columns?: number }, env: NodeJS.ProcessEnv): Look {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '', TERM: terminal = '' } = env;
  const isForced = force !== '' && force !== '0' && force !== 'false';
  const isRefused = no !== '' || force === '0' || force === 'false';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return {
    hasColours: !isRefused && (isForced || terminal !== 'dumb'),
    hasSymbols: /utf-?8/i.test(locale),
    columns: stream.columns || USUAL_COLUMNS,
  };
}

/** Colours a text, whose own control characters are made visible. */
export function paint(text: string, colour: Colour, { hasColours }: Look): string {
  const shown = showControls(text);
  return hasColours ? `\x1b[${codes[colour]}m${shown}\x1b[0m` : shown;
}

/** The symbol of a mark, not coloured. */
export function signOf(mark: Mark, { hasSymbols }: Look): string {
  return marks[mark][hasSymbols ? 0 : 1];
}

/** The colour of a mark. */
export function colourOf(mark: Mark): Colour {
  return marks[mark][2];
}

/** The characters that a terminal can show. */
export function glyphsOf({ hasSymbols }: Look): Glyphs {
  return hasSymbols ? symbols : ascii;
}

/** Cuts a line to the width of the terminal. @param indent columns before it */
export function fit(line: string, indent: number, look: Look): string {
  return cut(line, Math.max(1, look.columns - indent), glyphsOf(look).ellipsis);
}
