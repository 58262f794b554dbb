import { closeSync, constants, fstatSync, readFileSync } from 'node:fs';
import { strip } from '../../system/blanks';
import { openExamined } from '../../system/files';
import { nearestName } from '../../system/text/nearest';
import { identityOf } from '../../system/trust/trusted-file';
import { trim } from './source';
import { substitute } from './substitute';

/** What a file says although it has a fault. */
export interface Salvage {
  /** Which file was read; null if it cannot be read. */
  identity: string | null;
  /** The values of the runner section by key; null for one that is given twice or cannot be understood. */
  values: Map<string, string | null>;
}

/** As close to `runner` as a typo. */
const CLOSE = 2;

/**
 * Reads what can be read of a broken configuration file: each line for itself, ignoring all that makes no sense.
 *
 * @param path absolute
 * @param env the environment, for `$(NAME)`
 */
export function salvageFile(path: string, env: NodeJS.ProcessEnv): Salvage {
  const values: Salvage['values'] = new Map();
  const read = readAll(path);
  if (read === null) return { identity: null, values };
  const { text, identity } = read;
  const lines = text.split('\n').map(strip);
  const isIni = !lines.find(line => /^[[<%]/.test(line))?.match(/^[<%]/);
  const found = isIni ? readIni(lines) : readZConfig(lines, env);
  for (const [key, value] of found) values.set(key, values.has(key) ? null : value);
  return { identity, values };
}

/** Null if it is not a file that can be read. */
function readAll(path: string): { text: string; identity: string } | null {
  try {
    const fd = openExamined(path, constants.O_RDONLY | constants.O_NONBLOCK, stats => {
      if (!stats.isFile()) throw new Error('it is not a regular file');
    });
    try {
      const identity = identityOf(fstatSync(fd));
      return { text: readFileSync(fd, 'utf8').replace(/^\ufeff/, ''), identity };
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

type Found = [key: string, value: string | null];

function readIni(lines: readonly string[]): Found[] {
  const found: Found[] = [];
  // The header itself may be what is missing.
  let section = 'runner';
  for (const line of lines) {
    const header = /^\[\s*([^\]]*)/.exec(line)?.[1];
    if (header !== undefined) section = strip(header);
    const equals = line.indexOf('=');
    if (header !== undefined || equals < 0 || /^[;#]/.test(line) || !isRunner(section)) continue;
    found.push([strip(line.slice(0, equals)).toLowerCase(), trim(line.slice(equals + 1))]);
  }
  return found;
}

function readZConfig(lines: readonly string[], env: NodeJS.ProcessEnv): Found[] {
  const found: Found[] = [];
  const definitions = new Map<string, string>();
  const open: string[] = [];
  for (const line of lines) {
    const [, name = '', rest = ''] = /^([^\s()]+)\s*(.*)$/.exec(line) ?? [];
    const header = /^<(\/?)([^\s()<>/]+)[^<>]*?(\/?)>?$/.exec(line);
    if (header?.[1]) open.pop();
    else if (header && !header[3]) open.push(header[2] ?? '');
    else if (name === '%define') {
      const [, defined = '', value = ''] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
      definitions.set(defined.toLowerCase(), replace(value) ?? '');
    } else if (!header && name !== '' && isRunner(open.at(-1) ?? '') && !line.startsWith('#'))
      found.push([name.toLowerCase(), replace(rest)]);
  }
  return found;

  function replace(value: string): string | null {
    try {
      return substitute(value, { text: value, raw: value, origin: '' }, { definitions, env });
    } catch {
      return null;
    }
  }
}

function isRunner(section: string): boolean {
  return nearestName(section, ['runner'], CLOSE) !== null;
}
