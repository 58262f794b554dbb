import { fstatSync } from 'node:fs';
import { showControls } from './show-controls';

/* What a terminal can show: the only place that decides about colours and characters. */

/** How text is shown. */
export interface Look {
  hasColours: boolean;
  /** Whether characters beyond ASCII can be shown. */
  hasSymbols: boolean;
  columns: number;
}

export type Colour = 'green' | 'yellow' | 'red' | 'dim';

const codes: Record<Colour, number> = { green: 32, yellow: 33, red: 31, dim: 2 };
const USUAL_COLUMNS = 80;

/** Whether a descriptor is a terminal. Node loads a module to tell that, which a pipe and a file do not need. */
export function isTerminal(fd: 1 | 2): boolean {
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

/** Cuts a line to the width of the terminal. @param indent columns before it */
export function fit(line: string, indent: number, { columns, hasSymbols }: Look): string {
  const room = Math.max(1, columns - indent);
  const characters = [...line];
  if (characters.length <= room) return line;
  const end = hasSymbols ? '…' : '...';
  return `${characters.slice(0, Math.max(0, room - end.length)).join('')}${end}`;
}
