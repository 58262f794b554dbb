import { suggest } from '../../system/text/nearest';
import { errorAt, quoteText, ValueFault } from '../faults';
import { expandHome } from '../home';
import type { Configuration, ConfiguredLogFile } from '../settings';
import type { Entry, Section } from './tree';

export interface EventLogReading {
  settings: NonNullable<Configuration['eventLog']>;
  notes: string[];
}

/**
 * Reads an event log section. In both formats a `path` line adds a file that gets every message the section's level
 * allows. A ZConfig `<logfile>` may also have its own level.
 *
 * @param section `[eventlog]` or `<eventlog>`
 * @param env the environment, for `HOME`
 * @param mayBeExtended whether the file imports components, which can define handlers that zd does not know
 * @returns level and files, and notes about what is ignored: handlers other than files, rotation, formats
 * @throws UsageError
 */
export function readEventLog(
  section: Section,
  env: NodeJS.ProcessEnv,
  mayBeExtended = false,
): EventLogReading {
  const level = levelOf(section, LEVELS.info!);
  const files: ConfiguredLogFile[] = [];
  for (const entry of section.entries) {
    const key = entry.key.toLowerCase();
    if (key === 'path') files.push({ path: pathOf(entry, env), level: LEVELS.notset!, ...sourceOf(entry) });
    else if (key !== 'level') throw unknownKey(entry, section, ['level', 'path']);
  }
  const ignored: Ignored = { handlers: new Set(), keys: new Set() };
  for (const handler of section.sections) {
    const { type, label, origin } = handler;
    if (type === 'logfile') files.push(readLogFile(handler, ignored, env));
    else if (mayBeExtended || SKIPPED_HANDLERS.includes(type)) ignored.handlers.add(label);
    else {
      const known = ['logfile', ...SKIPPED_HANDLERS];
      const advice = `write <logfile>`;
      throw errorAt(origin, `unknown section ${label} in ${section.label}${suggest(type, known, advice)}`);
    }
  }
  return { settings: { level, files }, notes: notesOn(section, ignored) };
}

/** Python's log levels, and those that zdaemon adds: blather, trace and all. */
const LEVELS: Record<string, number> = {
  critical: 50,
  fatal: 50,
  error: 40,
  warn: 30,
  warning: 30,
  info: 20,
  blather: 15,
  debug: 10,
  trace: 5,
  all: 1,
  notset: 0,
};
const HIGHEST_LEVEL = 50;

const SKIPPED_HANDLERS = ['syslog', 'http-logger', 'email-notifier', 'win32-eventlog'];
const SKIPPED_KEYS = [
  'format',
  'dateformat',
  'formatter',
  'style',
  'arbitrary-fields',
  'encoding',
  'delay',
  'max-size',
  'old-files',
  'when',
  'interval',
];

/** Features that zdaemon has and zd does not. */
interface Ignored {
  handlers: Set<string>;
  keys: Set<string>;
}

function readLogFile(section: Section, ignored: Ignored, env: NodeJS.ProcessEnv): ConfiguredLogFile {
  let path: ({ text: string } & ReturnType<typeof sourceOf>) | null = null;
  for (const entry of section.entries) {
    const key = entry.key.toLowerCase();
    if (key === 'path') {
      if (path !== null) throw duplicateKey(entry, section);
      path = { text: pathOf(entry, env), ...sourceOf(entry) };
    } else if (SKIPPED_KEYS.includes(key)) ignored.keys.add(key);
    else if (key !== 'level') throw unknownKey(entry, section, ['path', 'level', ...SKIPPED_KEYS]);
  }
  const inner = section.sections[0];
  if (inner) throw errorAt(inner.origin, `${inner.label} is not allowed in <logfile>; close <logfile> first`);
  if (path === null)
    throw errorAt(section.origin, '<logfile> has no path; add a line with path and the file');
  const { text, ...source } = path;
  return { path: text, level: levelOf(section, LEVELS.notset!), ...source };
}

function sourceOf({ origin, isTyped }: Entry): Pick<ConfiguredLogFile, 'origin' | 'isTyped'> {
  return { origin, ...(isTyped ? { isTyped } : {}) };
}

function levelOf(section: Section, otherwise: number): number {
  const [entry, second] = section.entries.filter(({ key }) => key.toLowerCase() === 'level');
  if (second) throw duplicateKey(second, section);
  if (entry === undefined) return otherwise;
  const word = entry.value.toLowerCase();
  const level = /^\d{1,9}$/.test(word) ? Number(word) : Object.hasOwn(LEVELS, word) ? LEVELS[word]! : -1;
  if (level >= 0 && level <= HIGHEST_LEVEL) return level;
  const names = Object.keys(LEVELS).join(', ');
  throw errorAt(
    entry.origin,
    `level must be ${names} or a number from 0 to 50, not ${quoteText(entry.value)}`,
  );
}

function pathOf({ value, origin }: Entry, env: NodeJS.ProcessEnv): string {
  if (value === '') throw errorAt(origin, 'path must be a path, STDOUT or STDERR, not empty');
  try {
    return expandHome(value, env);
  } catch (error) {
    throw error instanceof ValueFault ? errorAt(origin, `path ${error.message}`) : error;
  }
}

function unknownKey({ key, origin }: Entry, section: Section, known: string[]): Error {
  const advice = `valid keys are ${known.join(', ')}`;
  return errorAt(origin, `unknown key ${quoteText(key)} in ${section.label}${suggest(key, known, advice)}`);
}

function duplicateKey({ key, origin }: Entry, section: Section): Error {
  return errorAt(origin, `${quoteText(key)} is set twice in ${section.label}; remove one`);
}

function notesOn({ origin, label }: Section, { handlers, keys }: Ignored): string[] {
  const notes: string[] = [];
  if (handlers.size > 0) {
    notes.push(`${origin}: ${label} logs only to files; skipped ${[...handlers].join(', ')}`);
  }
  if (keys.size > 0) {
    notes.push(`${origin}: <logfile> supports only path and level; ignored ${[...keys].join(', ')}`);
  }
  return notes;
}
