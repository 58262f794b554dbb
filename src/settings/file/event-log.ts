import { suggest } from '../../system/text/nearest';
import type { ConfiguredEventLog } from '../event-log-settings';
import { errorAt } from '../faults';
import { FILE_KEYS, ROTATION_KEYS, readFile, readLogFile } from './log-files';
import { HANDLER_TYPES, readHandler, readShortHandlers, SHORT_KEYS } from './log-handlers';
import { Keys, LAYOUT_KEYS, logLevel, Notes } from './log-keys';
import type { Section } from './tree';

export interface EventLogReading {
  settings: ConfiguredEventLog;
  notes: string[];
}

/** What the section itself can have, in both formats. */
const OWN_KEYS = [
  ...['level', ...LAYOUT_KEYS, ...ROTATION_KEYS],
  ...SHORT_KEYS.flatMap(key => [key, `${key}-level`]),
];
const INFO = 20;

/**
 * Reads an event log section. In both formats a `path` line adds a file that gets every message the section's level
 * allows; the keys for formats and rotation hold for these files. A handler of ZConfig has its own level and keys.
 *
 * @param section `[eventlog]` or `<eventlog>`
 * @param env the environment, for `HOME`
 * @param mayBeExtended whether the file imports components, which can define handlers that zd does not know
 * @returns level, files and handlers, and notes about what has no effect
 * @throws UsageError
 */
export function readEventLog(
  section: Section,
  env: NodeJS.ProcessEnv,
  mayBeExtended = false,
): EventLogReading {
  const notes = new Notes();
  const keys = new Keys(section, { notes, env }, { known: OWN_KEYS, repeated: ['path'] });
  const level = keys.read('level', logLevel) ?? INFO;
  const files = keys.all('path').map(entry => readFile(keys, entry, 0));
  const handlers = readShortHandlers(keys);
  for (const handler of section.sections) {
    const { type, label, origin } = handler;
    if (type === 'logfile') files.push(readLogFile(new Keys(handler, { notes, env }, { known: FILE_KEYS })));
    else if (HANDLER_TYPES.includes(type)) handlers.push(readHandler(handler, { notes, env }));
    else if (type === 'win32-eventlog')
      notes.add(origin, `${label} has no effect: it is for Windows; use <syslog>`);
    else if (mayBeExtended) notes.add(origin, `${section.label}: skipped ${label}, which zd does not know`);
    else {
      const known = ['logfile', ...HANDLER_TYPES];
      const advice = `write one of ${known.map(name => `<${name}>`).join(', ')}`;
      throw errorAt(origin, `unknown section ${label} in ${section.label}${suggest(type, known, advice)}`);
    }
  }
  return { settings: { level, files, ...(handlers.length > 0 ? { handlers } : {}) }, notes: notes.all };
}
