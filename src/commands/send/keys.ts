import { UsageError } from '../../system/errors';
import { askFor, nearestName } from '../../system/text/nearest';

const ESCAPE = '\x1b';

/** What a terminal sends for a key, as xterm has it (console_codes(4)). */
const KEYS: Record<string, string> = {
  enter: '\r',
  tab: '\t',
  escape: ESCAPE,
  backspace: '\x7f',
  space: ' ',
  up: `${ESCAPE}[A`,
  down: `${ESCAPE}[B`,
  right: `${ESCAPE}[C`,
  left: `${ESCAPE}[D`,
  home: `${ESCAPE}[H`,
  end: `${ESCAPE}[F`,
  insert: `${ESCAPE}[2~`,
  delete: `${ESCAPE}[3~`,
  'page-up': `${ESCAPE}[5~`,
  'page-down': `${ESCAPE}[6~`,
  ...Object.fromEntries(['P', 'Q', 'R', 'S'].map((end, index) => [`f${index + 1}`, `${ESCAPE}O${end}`])),
  ...Object.fromEntries(
    [15, 17, 18, 19, 20, 21, 23, 24].map((code, index) => [`f${index + 5}`, `${ESCAPE}[${code}~`]),
  ),
  'ctrl-space': '\0',
  ...Object.fromEntries(Array.from('abcdefghijklmnopqrstuvwxyz[\\]^_', control)),
};

const SYNONYMS: Record<string, string> = {
  return: 'enter',
  esc: 'escape',
  del: 'delete',
  pgup: 'page-up',
  pgdn: 'page-down',
  'ctrl-@': 'ctrl-space',
};

/** The names of the keys, for completion and the page of help. */
export const keyNames = Object.keys(KEYS);

/**
 * Finds what a terminal sends for a key.
 *
 * @param name in any case: `ctrl-c`, also `^C` and `C-c`; `up`, `f1`, `page-down`
 * @throws UsageError with the nearest name
 */
export function findKey(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/^(?:\^|c-|ctrl\+)(?=.$|space$)/, 'ctrl-')
    .replace(/(?<=\w)_/g, '-');
  const known = SYNONYMS[plain] ?? plain;
  if (Object.hasOwn(KEYS, known)) return KEYS[known]!;
  const near = nearestName(plain, keyNames);
  throw new UsageError(
    `cannot send the key '${name}': there is none of that name; ${near ? askFor(plain, near) : 'examples are ctrl-c, up, f1, escape'}`,
  );
}

/** The code of a character with Ctrl is that of the capital letter without its upper bits (ascii(7)). */
function control(character: string): [string, string] {
  return [`ctrl-${character}`, String.fromCharCode(character.toUpperCase().charCodeAt(0) & 0x1f)];
}
