import { parse } from 'ini';
import { strip } from '../../system/blanks';
import { UsageError } from '../../system/errors';
import { suggest } from '../../system/text/nearest';
import { errorAt, quoteText } from '../faults';
import { columnOfTail, type Line, meaningfulLines, type Source, trim } from './source';
import { type Entry, type FileTree, OWN_SECTIONS, type Section } from './tree';

/** A file of many programs, which only the reader of fleets understands; recognized by its name. */
class ManyPrograms extends UsageError {
  constructor(origin: string) {
    super(
      `${origin}: a file with [program:NAME] is a fleet of its own; name it alone, as in zd -C ${origin.replace(/:\d+$/, '')} list`,
    );
    this.name = 'ManyPrograms';
  }
}

/** What a header means. */
interface Header {
  type: string;
  label: string;
}

/** Reads what is between the brackets of a header. */
export type ReadHeader = (written: string, origin: string) => Header;

/**
 * Reads an INI file. A value is the exact text after the first `=`, without outer spaces and tabs. There are no
 * continuation lines and no comments after values; quotes and backslashes are ordinary characters.
 *
 * @param source the file; lines that start with `;` or `#` are comments
 * @param readType knows the sections that are allowed; by default those of one program
 * @returns its sections
 * @throws UsageError; ManyPrograms for a section `[program:NAME]` that is not allowed
 */
export function readIni(source: Source, readType: ReadHeader = readPlainHeader): FileTree {
  const sections: Section[] = [];
  const entries: Entry[] = [];
  for (const line of meaningfulLines(source, ';#')) {
    if (line.text.startsWith('[')) {
      sections.push(readHeader(line, sections, readType));
      continue;
    }
    const section = sections.at(-1);
    if (section === undefined) {
      throw errorAt(line.origin, `${quoteText(line.text)} is outside any section; put [runner] above it`);
    }
    const entry = readEntry(line);
    section.entries.push(entry);
    entries.push(entry);
  }
  const values = parseValues(entries);
  for (const [index, entry] of entries.entries()) entry.value = values[index]!;
  return {
    file: source.file,
    paths: [source.path],
    identities: { [source.path]: source.identity },
    sections,
    foreignSections: [],
    foreignKeys: [],
    imports: [],
  };
}

function readHeader({ text, origin }: Line, earlier: readonly Section[], readType: ReadHeader): Section {
  const close = text.indexOf(']');
  if (close < 0) throw errorAt(origin, `${quoteText(text)} has no ']'; add it`);
  if (close < text.length - 1) {
    throw errorAt(
      origin,
      `there is text after ${quoteText(text.slice(0, close + 1))}; move it to its own line`,
    );
  }
  const { type, label } = readType(strip(text.slice(1, close)), origin);
  const first = earlier.find(section => section.type === type);
  if (first) throw errorAt(origin, `${label} is already defined at ${first.origin}; merge the two sections`);
  return { type, label, origin, entries: [], sections: [] };
}

function readPlainHeader(written: string, origin: string): Header {
  const type = written.toLowerCase();
  if (/^program:/.test(type)) throw new ManyPrograms(origin);
  if (!OWN_SECTIONS.includes(type)) {
    const advice = 'valid sections are [runner], [environment], [eventlog] and [steps]';
    throw errorAt(origin, `unknown section ${quoteText(written)}${suggest(type, OWN_SECTIONS, advice)}`);
  }
  return { type, label: `[${type}]` };
}

function readEntry({ text, raw, origin }: Line): Entry {
  const equals = text.indexOf('=');
  if (equals < 0) throw errorAt(origin, `${quoteText(text)} has no '='; write 'key = value'`);
  const key = strip(text.slice(0, equals));
  if (key === '') throw errorAt(origin, `there is no key before the '='; write 'key = value'`);
  const value = trim(raw.slice(raw.indexOf('=') + 1));
  return { key, value, origin, column: columnOfTail(raw, value) };
}

/**
 * Parses the values with the `ini` package. It would cut values at `;` and `#`, turn `true` into a boolean and
 * interpret `a[]`, `a.b` and `__proto__`, all without an error. So each value is passed as an ASCII JSON string, which
 * it cannot misread, with a number as its name.
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
