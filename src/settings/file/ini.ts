import { parse } from 'ini';
import { errorAt, quoteText } from '../faults';
import { suggest } from '../nearest';
import { columnOfTail, type Line, meaningfulLines, type Source, trim } from './source';
import { type Entry, type FileTree, OWN_SECTIONS, type Section } from './tree';

/**
 * Reads an INI file. A value is what stands after the first `=`, outer spaces and tabs removed, unchanged:
 * no continuation lines, no comments behind values, quotes and backslashes are characters like any other.
 *
 * @param source the file; lines that start with `;` or `#` are comments
 * @returns its sections
 * @throws UsageError
 */
export function readIni(source: Source): FileTree {
  const sections: Section[] = [];
  const entries: Entry[] = [];
  for (const line of meaningfulLines(source, ';#')) {
    if (line.text.startsWith('[')) {
      sections.push(readHeader(line, sections));
      continue;
    }
    const section = sections.at(-1);
    if (section === undefined) {
      throw errorAt(line.origin, `${quoteText(line.text)} stands before any section; put [runner] above it`);
    }
    const entry = readEntry(line);
    section.entries.push(entry);
    entries.push(entry);
  }
  const values = parseValues(entries);
  for (const [index, entry] of entries.entries()) entry.value = values[index]!;
  return { file: source.file, sections, foreignSections: [], foreignKeys: [], imports: [] };
}

function readHeader({ text, origin }: Line, earlier: readonly Section[]): Section {
  const close = text.indexOf(']');
  if (close < 0) throw errorAt(origin, `${quoteText(text)} has no ']'; add it`);
  if (close < text.length - 1) {
    throw errorAt(
      origin,
      `there is text behind ${quoteText(text.slice(0, close + 1))}; put it on a line of its own`,
    );
  }
  const written = trim(text.slice(1, close));
  const type = written.toLowerCase();
  if (!OWN_SECTIONS.includes(type)) {
    const advice = 'a file may hold [runner], [environment] and [eventlog]';
    throw errorAt(origin, `unknown section ${quoteText(written)}${suggest(type, OWN_SECTIONS, advice)}`);
  }
  const first = earlier.find(section => section.type === type);
  if (first) throw errorAt(origin, `there is a second [${type}], the first is at ${first.origin}; join them`);
  return { type, label: `[${type}]`, origin, entries: [], sections: [] };
}

function readEntry({ text, raw, origin }: Line): Entry {
  const equals = text.indexOf('=');
  if (equals < 0) throw errorAt(origin, `${quoteText(text)} has no '='; write 'key = value'`);
  const key = trim(text.slice(0, equals));
  if (key === '') throw errorAt(origin, `there is no key before the '='; write 'key = value'`);
  const value = trim(text.slice(equals + 1));
  return { key, value, origin, column: columnOfTail(raw, value) };
}

/**
 * The `ini` package reads the values. It cuts at `;` and `#`, turns `true` into a boolean and gives `a[]`, `a.b`
 * and `__proto__` meanings, without an error; so it gets each value in a form that it cannot misread, an ASCII
 * JSON string, under a number for a name.
 */
function parseValues(entries: readonly Entry[]): string[] {
  const parsed = parse(entries.map(({ value }, index) => `${index}=${asciiJson(value)}`).join('\n'));
  return entries.map((_, index) => String(parsed[index]));
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
