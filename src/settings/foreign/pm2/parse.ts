import { strip } from '../../../system/blanks';
import { errorAt } from '../../faults';
import type { LineReport, SourceLine } from '../line-report';
import { DEEPEST, type Lines, nameOfPath, type Path } from './json-lines';

/** A file as values, and where each of them is. */
export interface Parsed {
  value: unknown;
  /** The lines of a member: those of the nearest one around it if it has none of its own. */
  linesOf(path: Path): SourceLine[];
  /** Whether other members begin on its first line. */
  sharesLine(path: Path): boolean;
}

export interface SourceText {
  /** As the user wrote it. */
  file: string;
  text: string;
}

/**
 * Parses JSON with what JSON5 adds: comments, single quotes, keys without quotes, commas at an end. pm2 runs such a file
 * as JavaScript; what is more than JSON5 is refused.
 *
 * @throws UsageError with line and column
 */
export function parseJson({ file, text }: SourceText, report: LineReport): Parsed {
  const JSON5 = require('json5') as typeof import('json5');
  const { findLines } = require('./json-lines') as typeof import('./json-lines');
  try {
    const value: unknown = JSON5.parse(text);
    const { members, content } = findLines(text);
    return locate({ file, text }, value, members, report, (_, number) => content.has(number));
  } catch (error) {
    throw refuse(file, error, /^JSON5: (.*) at \d+:\d+$/);
  }
}

/** Parses YAML 1.2 with merge keys, as js-yaml does for pm2. @throws UsageError with line and column */
export function parseYaml({ file, text }: SourceText, report: LineReport): Parsed {
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = require('yaml') as typeof import('yaml');
  const counter = new LineCounter();
  const lines = new Map<string, Lines>();
  const lineAt = (offset: number) => counter.linePos(Math.max(0, offset)).line;
  const walk = (node: unknown, path: Path) => {
    if (path.length > DEEPEST) throw new RangeError('nested too deep');
    if (isMap(node))
      for (const { key, value } of node.items) {
        if (!isScalar(key) || !key.range) continue;
        note([...path, String(key.value)], key.range[0], value ?? key);
      }
    if (isSeq(node)) for (const [index, item] of node.items.entries()) note([...path, index], null, item);
  };
  const note = (path: Path, start: number | null, node: unknown) => {
    const range = (node as { range?: [number, number, number] | null }).range;
    const from = start ?? range?.[0];
    if (from === undefined) return;
    lines.set(nameOfPath(path), {
      first: lineAt(from),
      last: lineAt(Math.max(from, (range?.[1] ?? from + 1) - 1)),
    });
    walk(node, path);
  };
  try {
    const document = parseDocument(text, { merge: true, lineCounter: counter });
    const [fault] = document.errors;
    if (fault) throw fault;
    walk(document.contents, []);
    const value: unknown = document.toJS();
    // An anchor can lie within its own value, which nothing else could write down.
    JSON.stringify(value);
    return locate({ file, text }, value, lines, report, line => !line.startsWith('#'));
  } catch (error) {
    throw refuse(file, error, /^([\s\S]*?)(?: at line \d+, column \d+)?(?::\s*\n[\s\S]*)?$/);
  }
}

/** Both parsers can meet text that is nested too deep for the stack, and YAML a value that contains itself. */
function refuse(file: string, error: unknown, pattern: RegExp): Error {
  const { message, lineNumber, columnNumber, linePos } = error as Error & {
    lineNumber?: number;
    columnNumber?: number;
    linePos?: { line: number; col: number }[];
  };
  if (error instanceof TypeError) return errorAt(file, 'a value contains itself; remove the alias in it');
  if (error instanceof RangeError) return errorAt(file, 'it is nested too deep; write it with fewer levels');
  const place = linePos?.[0]
    ? `:${linePos[0].line}:${linePos[0].col}`
    : `:${lineNumber ?? 1}:${Math.max(1, columnNumber ?? 1)}`;
  const reason = (pattern.exec(message)?.[1] ?? message).replace(/\s+/g, ' ').trim();
  return errorAt(`${file}${place}`, `${reason}; zd reads JSON5 and YAML only`);
}

/** The lines of the members, which are registered as lines of the report. @param found see `findLines` */
export function locate(
  { file, text }: SourceText,
  value: unknown,
  found: Map<string, Lines>,
  report: LineReport,
  isContent: (line: string, number: number) => boolean,
): Parsed {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((raw, index) => ({ origin: `${file}:${index + 1}`, text: strip(raw) }));
  const counts = lines.map((line, index) => line.text !== '' && isContent(line.text, index + 1));
  for (const [index, line] of lines.entries()) if (counts[index]) report.register(line);
  const starts = new Map<number, number>();
  for (const { first } of found.values()) starts.set(first, (starts.get(first) ?? 0) + 1);
  const rangeOf = (path: Path): Lines => {
    for (let length = path.length; length > 0; length -= 1) {
      const range = found.get(nameOfPath(path.slice(0, length)));
      if (range) return range;
    }
    return { first: 1, last: 1 };
  };
  return {
    value,
    linesOf: path => {
      const { first, last } = rangeOf(path);
      return lines.slice(first - 1, last).filter((_, index) => counts[first - 1 + index]);
    },
    sharesLine: path => (starts.get(rangeOf(path).first) ?? 0) > 1,
  };
}
