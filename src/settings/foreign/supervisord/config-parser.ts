import { isBlank, strip, stripEnd } from '../../../system/blanks';
import { errorAt, quoteText } from '../../faults';
import type { LineReport, SourceLine } from '../line-report';

/** A key of a section. */
export interface Item {
  /** Lower case. */
  key: string;
  /** All of its lines, joined with newlines, before any expansion. */
  value: string;
  lines: SourceLine[];
  /** The folder of its file, for `%(here)s`. */
  here: string;
}

/** A section; those of one name are merged, also over files. */
export interface ConfigSection {
  name: string;
  headers: SourceLine[];
  items: Map<string, Item>;
  /** Items that a later line replaces. */
  replaced: { item: Item; by: Item }[];
}

export type Config = Map<string, ConfigSection>;

/** The section whose items are the defaults of all others. */
export const DEFAULTS = 'DEFAULT';

/**
 * Reads a file as Python's `RawConfigParser` does with supervisord's options: `;` and `#` begin a comment at the start of
 * a line and after white space, even in quotes; a line that is indented deeper than its key continues the value, also
 * behind empty lines.
 *
 * @param config where the sections are added
 * @param file as the user wrote it
 * @param here its folder
 * @param report learns each line
 * @throws UsageError for a line that Python refuses
 */
export function parseInto(
  config: Config,
  { file, text, here }: { file: string; text: string; here: string },
  report: LineReport,
): void {
  let section: ConfigSection | null = null;
  let item: (Item & { parts: string[] }) | null = null;
  let indent = 0;
  const finish = () => {
    if (item) item.value = stripEnd(item.parts.join('\n'));
  };
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const comment = findComment(raw);
    const value = strip(comment === null ? raw : raw.slice(0, comment));
    if (value === '') {
      if (comment === null) item?.parts.push('');
      continue;
    }
    const line = { origin: `${file}:${index + 1}`, text: strip(raw) };
    report.register(line);
    const depth = raw.length - raw.replace(/^\s+/, '').length;
    if (item && depth > indent) {
      item.parts.push(value);
      item.lines.push(line);
      continue;
    }
    indent = depth;
    finish();
    item = null;
    const name = /^\[(.+)\]/.exec(value)?.[1];
    if (name !== undefined) section = openSection(config, name, line);
    else if (section === null)
      throw errorAt(line.origin, `${quoteText(value)} is outside any section; put it below a [section]`);
    else {
      item = { ...readItem(value, line, here), parts: [] };
      item.parts.push(item.value);
      addItem(section, item);
    }
  }
  finish();
}

/**
 * Where the comment of a line begins. Python stops at the first round in which one of the marks counts, so that an
 * earlier `#` can stay part of the value; this does the same.
 *
 * @returns an index; null for none
 */
function findComment(line: string): number | null {
  if (/^[;#]/.test(strip(line))) return 0;
  let marks = new Map([
    [';', -1],
    ['#', -1],
  ]);
  while (marks.size > 0) {
    const next = new Map<string, number>();
    const starts: number[] = [];
    for (const [mark, last] of marks) {
      const index = line.indexOf(mark, last + 1);
      if (index < 0) continue;
      next.set(mark, index);
      if (index === 0 || isBlank(line.charAt(index - 1))) starts.push(index);
    }
    if (starts.length > 0) return Math.min(...starts);
    marks = next;
  }
  return null;
}

function openSection(config: Config, name: string, line: SourceLine): ConfigSection {
  const fresh: ConfigSection = { name, headers: [], items: new Map(), replaced: [] };
  const section = config.get(name) ?? fresh;
  section.headers.push(line);
  config.set(name, section);
  return section;
}

function readItem(text: string, line: SourceLine, here: string): Item {
  const delimiter = text.search(/[=:]/);
  if (delimiter < 0) throw errorAt(line.origin, `${quoteText(text)} has no '='; write 'key = value'`);
  const key = strip(text.slice(0, delimiter)).toLowerCase();
  if (key === '') throw errorAt(line.origin, `there is no key before the '${text[delimiter]}'; write it`);
  return { key, value: strip(text.slice(delimiter + 1)), lines: [line], here };
}

function addItem({ items, replaced }: ConfigSection, item: Item): void {
  const earlier = items.get(item.key);
  if (earlier) replaced.push({ item: earlier, by: item });
  items.set(item.key, item);
}
