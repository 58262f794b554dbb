import { dirname, isAbsolute, join, resolve } from 'node:path';
import { BLANKS, showHidden, strip, stripEnd } from '../../system/blanks';
import { describeReason } from '../../system/errors';
import { suggest } from '../../system/text/nearest';
import { errorAt, quoteText } from '../faults';
import { columnOfTail, type Line, meaningfulLines, readSource, type Source } from './source';
import { DEFINED_NAME, type Replacements, substitute } from './substitute';
import { type FileTree, OWN_SECTIONS, type Section } from './tree';
import { pathOf } from './url';

/**
 * Reads a ZConfig file, as zdaemon does. Other programs may share the file: their top-level sections and keys are
 * skipped, and only the names are recorded.
 *
 * @param source the file
 * @param env the environment, for `$(NAME)`
 * @returns the sections of zd, and the names of what was skipped
 * @throws UsageError
 */
export function readZConfig(source: Source, env: NodeJS.ProcessEnv): FileTree {
  const tree: FileTree = {
    file: source.file,
    paths: [source.path],
    identities: { [source.path]: source.identity },
    sections: [],
    foreignSections: [],
    foreignKeys: [],
    imports: [],
  };
  const root: Level = { type: '', origin: source.file, section: null, isTop: true };
  readLines(source, root, { tree, definitions: new Map(), env, files: [source] });
  return tree;
}

interface Reading extends Replacements {
  tree: FileTree;
  /** The first file, and the includes down to the current one. */
  files: Source[];
}

/** An open section. */
interface Level {
  type: string;
  origin: string;
  /** Null at the top and in the sections of other programs. */
  section: Section | null;
  isTop: boolean;
}

/** A section must be closed in the file that opens it, so each include has its own stack. */
function readLines(source: Source, bottom: Level, reading: Reading): void {
  const open = [bottom];
  for (const line of meaningfulLines(source, '#')) {
    const level = open.at(-1)!;
    if (line.text.startsWith('</')) closeSection(line, open);
    else if (line.text.startsWith('<')) openSection(line, open, reading.tree);
    else if (line.text.startsWith('%')) readDirective(line, level, reading, source);
    else readEntry(line, level, reading);
  }
  const left = open.at(-1)!;
  if (left === bottom) return;
  const name = showHidden(left.type);
  throw errorAt(left.origin, `<${name}> is not closed; add </${name}>`);
}

/** As in ZConfig, whose names exclude only white space and parentheses. */
const NAME = `[^${BLANKS}()]+`;
const HEADER = new RegExp(`^(${NAME})(?:[${BLANKS}]+${NAME})?$`);
const END = new RegExp(`^</(${NAME})[${BLANKS}]*>$`);
const KEY = new RegExp(`^${NAME}`);

function openSection({ text, origin }: Line, open: Level[], tree: FileTree): void {
  const inner = /^<(.*?)(\/?)>$/s.exec(text);
  const written = inner && HEADER.exec(stripEnd(inner[1] ?? ''))?.[1];
  if (!written) {
    throw errorAt(
      origin,
      `${quoteText(text)} is not a section header; write '<name>' with nothing after the '>'`,
    );
  }
  const outer = open.at(-1)!;
  const type = written.toLowerCase();
  const isOwn = outer.section !== null || (outer.isTop && OWN_SECTIONS.includes(type));
  const label = showHidden(`<${type}>`);
  const section = isOwn ? { type, label, origin, entries: [], sections: [] } : null;
  if (section !== null) addSection(section, outer.section?.sections ?? tree.sections);
  else if (outer.isTop) tree.foreignSections.push({ name: type, origin });
  if (inner?.[2] === '') open.push({ type, origin, section, isTop: false });
}

/** Only handlers of an event log may be repeated. */
function addSection(section: Section, siblings: Section[]): void {
  const { type, origin } = section;
  const first = OWN_SECTIONS.includes(type) && siblings.find(sibling => sibling.type === type);
  if (first) throw errorAt(origin, `<${type}> is already defined at ${first.origin}; merge the two sections`);
  siblings.push(section);
}

function closeSection({ text, origin }: Line, open: Level[]): void {
  const type = END.exec(text)?.[1]?.toLowerCase();
  if (type === undefined) throw errorAt(origin, `${quoteText(text)} is not a section end; write '</name>'`);
  const level = open.at(-1)!;
  if (open.length === 1)
    throw errorAt(origin, `</${showHidden(type)}> closes a section that is not open; remove it`);
  if (level.type !== type) {
    const [wrong, right] = [type, level.type].map(showHidden);
    throw errorAt(origin, `</${wrong}> cannot close <${right}> from ${level.origin}; write </${right}>`);
  }
  open.pop();
}

function readEntry(line: Line, level: Level, reading: Reading): void {
  const { text, raw, origin } = line;
  const key = KEY.exec(text)?.[0];
  if (level.section === null) {
    if (level.isTop) reading.tree.foreignKeys.push({ name: key ?? text, origin });
    return;
  }
  if (key === undefined)
    throw errorAt(origin, `${quoteText(text)} does not start with a key; write 'key value'`);
  const written = strip(text.slice(key.length));
  const value = substitute(written, line, reading);
  const column = value === written ? columnOfTail(raw, written) : null;
  level.section.entries.push({ key, value, origin, column });
}

const DIRECTIVES = ['%define', '%include', '%import'];

function readDirective(line: Line, level: Level, reading: Reading, source: Source): void {
  const { text, origin } = line;
  const word = `%${KEY.exec(text.slice(1))?.[0] ?? ''}`;
  const directive = word.toLowerCase();
  const argument = strip(text.slice(word.length));
  if (!DIRECTIVES.includes(directive)) {
    const advice = `valid directives are ${DIRECTIVES.join(', ')}`;
    throw errorAt(origin, `unknown directive ${quoteText(word)}${suggest(directive, DIRECTIVES, advice)}`);
  }
  if (argument === '') throw errorAt(origin, `${directive} has no argument; add it`);
  const isForeign = level.section === null && !level.isTop;
  if (directive === '%define') define(argument, line, reading);
  else if (directive === '%import') reading.tree.imports.push({ name: argument, origin });
  else if (isForeign) return;
  else include(argument, line, { level, reading, source });
}

function define(argument: string, line: Line, reading: Reading): void {
  const name = new RegExp(`^[^${BLANKS}]+`).exec(argument)![0];
  if (!DEFINED_NAME.test(name)) {
    throw errorAt(
      line.origin,
      `${quoteText(name)} is not a valid name for %define; use letters, digits and _`,
    );
  }
  const value = substitute(strip(argument.slice(name.length)), line, reading);
  const earlier = reading.definitions.get(name.toLowerCase());
  if (earlier !== undefined && earlier !== value) {
    throw errorAt(
      line.origin,
      `${quoteText(name)} is already defined as ${quoteText(earlier)}; use another name`,
    );
  }
  reading.definitions.set(name.toLowerCase(), value);
}

interface Including {
  level: Level;
  reading: Reading;
  /** The file with the directive. */
  source: Source;
}

function include(argument: string, line: Line, { level, reading, source }: Including): void {
  const name = pathOf(substitute(argument, line, reading), line.origin);
  const file = isAbsolute(name) ? name : join(dirname(source.file), name);
  const path = resolve(dirname(source.path), name);
  if (reading.files.some(outer => outer.path === path)) {
    throw errorAt(line.origin, `%include of ${file} is circular; remove it`);
  }
  const included = readIncluded(file, path, line);
  const { paths, identities } = reading.tree;
  if (!paths.includes(path)) paths.push(path);
  identities[path] ??= included.identity;
  if (identities[path] !== included.identity)
    throw errorAt(line.origin, `${file} was replaced while it was read; try again`);
  readLines(included, level, { ...reading, files: [...reading.files, included] });
}

/** An error inside the file has its own place; a file that cannot be read is an error of the %include. */
function readIncluded(file: string, path: string, line: Line): Source {
  try {
    return readSource(file, path);
  } catch (error) {
    const reason = describeReason(error);
    throw reason.startsWith(`cannot read ${file}: `) ? errorAt(line.origin, reason) : error;
  }
}
