import { strip } from '../../system/blanks';
import type { Entry } from '../file/tree';
import type { ForeignProgram, ForeignReading, ReportLine } from './reading';

/**
 * Writes a reading as a file of many programs in zd's own format. What such a file cannot hold, a value with a line
 * break for example, becomes a comment in its place; `findUnwritable` reports it.
 *
 * @returns the text, which the INI reader reads as the same entries
 */
export function toIni({ programs, skipped }: Pick<ForeignReading, 'programs' | 'skipped'>): string {
  const notes = skipped.map(({ name, reason }) => `; ${oneLine(`${name} is left out: ${reason}`)}\n`);
  const sections = programs.flatMap(({ name, entries, environment, steps = [], eventLog = [] }) => [
    formatSection(labelOf('program', name), entries),
    ...(environment.length > 0 ? [formatSection(labelOf('environment', name), environment)] : []),
    ...(steps.length > 0 ? [formatSection(labelOf('steps', name), steps)] : []),
    ...(eventLog.length > 0 ? [formatSection(labelOf('eventlog', name), eventLog)] : []),
  ]);
  return [...(notes.length > 0 ? [notes.join('')] : []), ...sections].join('\n');
}

/** The entries that `toIni` cannot write, as lines of a report. */
export function findUnwritable(programs: readonly ForeignProgram[]): ReportLine[] {
  return programs.flatMap(({ name, entries, environment, steps = [], eventLog = [] }) =>
    [...entries, ...environment, ...steps, ...eventLog].flatMap((entry): ReportLine[] => {
      const fault = findFault(entry);
      if (fault === null) return [];
      const how = `${fault}, so it cannot be written to an INI file`;
      return [
        {
          origin: entry.origin,
          text: `${entry.key} of ${name}`,
          verdict: 'dropped',
          how,
          losesBehaviour: true,
        },
      ];
    }),
  );
}

/** A program without a name is that of a file with one program. */
function labelOf(type: string, name: string): string {
  if (name !== '') return `${type}:${name}`;
  return type === 'program' ? 'runner' : type;
}

function formatSection(label: string, entries: readonly Entry[]): string {
  return `[${label}]\n${entries.map(formatEntry).join('')}`;
}

function formatEntry(entry: Entry): string {
  const fault = findFault(entry);
  if (fault !== null) return `; ${oneLine(`${entry.key} is left out: ${fault}`)}\n`;
  return entry.value === '' ? `${entry.key} =\n` : `${entry.key} = ${entry.value}\n`;
}

/** Why an INI file cannot hold an entry as it is, as a clause. */
function findFault({ key, value }: Entry): string | null {
  if (/[\r\n]/.test(value)) return 'the value has a line break';
  if (value.includes('\0')) return 'the value has a NUL character';
  if (/^[ \t]|[ \t]$/.test(value)) return 'the value has a blank at an end';
  if (key === '' || strip(key) !== key || /^[[;#]|[=\r\n\0]/.test(key))
    return 'the name is not possible there';
  return null;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]+/g, ' ');
}
