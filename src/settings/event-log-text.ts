import { levelNumbers } from './event-log-levels';
import type {
  EventLogFile,
  EventLogHandler,
  EventLogSettings,
  LogLayout,
  LogRotation,
} from './event-log-settings';
import { byteSize } from './sizes';

/**
 * Describes where the records go, one phrase each: `/var/log/app.log from warn, 5 old files of 1mb`, `mail to
 * ops@example.org from error`.
 *
 * @param eventLog
 * @param showPath how paths are written; as they are by default
 */
export function describeTargets(
  { files, handlers = [] }: EventLogSettings,
  showPath: (path: string) => string = path => path,
): string[] {
  return [
    ...files.map(file => describeFile(file, showPath)),
    ...handlers.map(handler => withRest(nameHandler(handler), handler)),
  ];
}

/** `syslog daemon`, `POST http://localhost/events`, `mail to ops@example.org`. */
export function nameHandler(handler: EventLogHandler): string {
  switch (handler.type) {
    case 'syslog':
      return `syslog ${handler.facility}${optional(' at ', handler.address)}${optional(' as ', handler.ident)}`;
    case 'http':
      return `${handler.method} ${handler.url}`;
    case 'mail':
      return `mail to ${handler.to.join(', ')}${optional(' by ', handler.from)}${optional(', subject ', handler.subject)}`;
    default:
      // Of a later zd.
      return String((handler as { type: unknown }).type);
  }
}

function optional(word: string, value: string | undefined): string {
  return value === undefined ? '' : word + value;
}

/** `warn`, or a number that has no name. */
export function nameLevel(level: number): string {
  return Object.entries(levelNumbers).find(([, number]) => number === level)?.[0] ?? String(level);
}

function describeFile(file: EventLogFile, showPath: (path: string) => string): string {
  return withRest(showPath(file.path), file) + (file.rotation ? `, ${describeRotation(file.rotation)}` : '');
}

function withRest(name: string, { level, format, dateFormat }: LogLayout & { level: number }): string {
  const from = level > 0 ? ` from ${nameLevel(level)}` : '';
  const layout = format ? `, format ${JSON.stringify(format.text)}` : '';
  return `${name}${from}${layout}${dateFormat === undefined ? '' : `, dateformat ${dateFormat}`}`;
}

function describeRotation(rotation: LogRotation): string {
  const files = `${rotation.keep} old file${rotation.keep === 1 ? '' : 's'}`;
  if ('size' in rotation) return `${files} of ${byteSize.format(rotation.size)}`;
  return `${files}, a new one ${nameInterval(rotation.when, rotation.every)}`;
}

const UNITS: Record<string, string> = { S: 'second', M: 'minute', H: 'hour', D: 'day' };
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function nameInterval(when: string, every: number): string {
  const count = (unit: string) => (every === 1 ? `every ${unit}` : `every ${every} ${unit}s`);
  if (when === 'MIDNIGHT') return every === 1 ? 'at midnight' : `at midnight, ${count('day')}`;
  const weekday = WEEKDAYS[Number(/^W(\d)$/.exec(when)?.[1])];
  if (weekday !== undefined) return `after ${weekday}, ${count('week')}`;
  return count(UNITS[when] ?? 'day');
}
