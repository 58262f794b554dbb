import { quoteWords } from '../../system/words';
import type {
  ConfiguredEventLog,
  ConfiguredHandler,
  ConfiguredLogFile,
  EventLogFile,
} from '../event-log-settings';
import { nameLevel } from '../event-log-text';
import type { Entry } from '../file/tree';
import { entryOf } from '../foreign/line-report';
import type { ForeignProgram } from '../foreign/reading';
import { fileOptions, formatValue } from '../options';
import type { Configuration } from '../settings';

/** The settings of a program as they would be written in an INI file, and what cannot be written there. */
export interface Written {
  program: ForeignProgram;
  /** As clauses. */
  lost: string[];
}

/**
 * Writes down what is configured; defaults are left out. Paths are absolute, so that the text can be used elsewhere.
 *
 * @param name of the program in its fleet; empty for a file with one program
 */
export function writeDown(
  name: string,
  { settings, origins, environment, eventLog }: Configuration,
): Written {
  const entries: Entry[] = [];
  for (const option of fileOptions.values()) {
    const { field, key } = option;
    if (field === null || field === 'copies' || origins[field] === 'default') continue;
    entries.push(entryOf(key, formatValue(option, settings[field]), origins[field]));
  }
  const variables = Object.entries(environment).map(([key, value]) => entryOf(key, value, ''));
  const { steps } = settings;
  const { entries: log, lost } = eventLog ? writeEventLog(eventLog) : { entries: [], lost: [] };
  const program: ForeignProgram = { name, entries, environment: variables, eventLog: log };
  if (steps) program.steps = steps.map(step => entryOf(step.name, quoteWords(step.command), origins.steps));
  return { program, lost };
}

/** In INI, all files of an event log have one layout and one rotation. */
function writeEventLog({ level, files, handlers = [] }: ConfiguredEventLog): {
  entries: Entry[];
  lost: string[];
} {
  const [first] = files;
  const alike = files.filter(file => first && file.level === 0 && layoutOf(file) === layoutOf(first));
  const plain = handlers.filter(isPlain);
  const lost = [
    ...files.filter(file => !alike.includes(file)).map(({ path }) => path),
    ...handlers.filter(handler => !plain.includes(handler)).map(({ type }) => type),
  ].map(what => `the event log to ${what} has a level or a layout of its own`);
  const entries = [
    entryOf('level', nameLevel(level), ''),
    ...alike.map(({ path, origin }) => entryOf('path', path, origin)),
    ...(alike[0] ? writeLayout(alike[0]) : []),
    ...plain.flatMap(writeHandler),
  ];
  return { entries, lost };
}

function layoutOf({ format, dateFormat, rotation }: EventLogFile): string {
  return JSON.stringify([format, dateFormat, rotation]);
}

function writeLayout({ format, dateFormat, rotation, origin }: ConfiguredLogFile): Entry[] {
  const values: [string, string | undefined][] = [
    ['format', format?.text.replace(/[\n\t\b\f\r]/g, char => ESCAPES[char] ?? char)],
    ['style', format && format.style !== 'classic' ? format.style : undefined],
    ['dateformat', dateFormat],
  ];
  if (rotation && 'size' in rotation) values.push(['max-size', String(rotation.size)]);
  if (rotation && 'when' in rotation)
    values.push(['when', rotation.when], ['interval', String(rotation.every)]);
  if (rotation) values.push(['old-files', String(rotation.keep)]);
  return values.flatMap(([key, value]) => (value === undefined ? [] : entryOf(key, value, origin)));
}

/** What the reader of the event log replaces. */
const ESCAPES: Record<string, string> = {
  '\n': '\\n',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\r': '\\r',
};

/** Whether the short key of a handler says all of it. */
function isPlain(handler: ConfiguredHandler): boolean {
  if (handler.format || handler.dateFormat !== undefined) return false;
  if (handler.type === 'syslog') return handler.address === undefined && handler.ident === undefined;
  if (handler.type === 'http') return handler.method === 'POST';
  return handler.from === undefined && handler.subject === undefined;
}

function writeHandler(handler: ConfiguredHandler): Entry[] {
  const { type, level, origin } = handler;
  const value = type === 'syslog' ? handler.facility : type === 'http' ? handler.url : handler.to.join(', ');
  const usual = type === 'mail' ? 40 : 0;
  return [
    entryOf(type, value, origin),
    ...(level === usual ? [] : [entryOf(`${type}-level`, nameLevel(level), origin)]),
  ];
}
