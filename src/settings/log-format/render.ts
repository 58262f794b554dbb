import { type LevelName, levelNumbers } from '../event-log-levels';
import type { LogLayout } from '../event-log-settings';
import { convert, plain } from './convert';
import { absentValue, FIELDS, type FieldValue } from './fields';
import { type FormatPart, parseFormat } from './parse';
import { strftime } from './strftime';

/** One record of the event log. */
export interface LogRecord {
  level: LevelName;
  /** Seconds since 1970. */
  time: number;
  /** Without control characters. */
  text: string;
}

/** The layout of zd, for a file. */
export const USUAL_FORMAT = '%(asctime)s %(levelname)s %(message)s';
const USUAL_DATE = '%Y-%m-%dT%H:%M:%S';

/**
 * Makes what turns a record into text.
 *
 * @param layout as configured
 * @param usual the format, in the classic style, if none is configured
 * @param began seconds since 1970, when the manager began
 */
export function makeRenderer(
  { format, dateFormat = USUAL_DATE }: LogLayout,
  usual: string,
  began: number,
): (record: LogRecord) => string {
  const parts = parseFormat(format ?? { style: 'classic', text: usual }, true);
  return record => parts.map(part => renderPart(part, valuesOf(record, dateFormat, began))).join('');
}

/** The name of a level in Python's logging. */
export function pythonLevel(level: LevelName): string {
  return level === 'warn' ? 'WARNING' : level.toUpperCase();
}

/** The fields of a record that have a value. */
export function valuesOf(
  { level, time, text }: LogRecord,
  dateFormat: string,
  began: number,
): Record<string, FieldValue> {
  const ms = Math.floor(time * 1000);
  const values: Record<string, string | number> = {
    name: 'root',
    levelname: pythonLevel(level),
    levelno: levelNumbers[level],
    message: text,
    asctime: strftime(time, dateFormat),
    created: time,
    msecs: ms % 1000,
    relativeCreated: (time - began) * 1000,
    process: process.pid,
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { kind: FIELDS[name]!.kind, value }]),
  );
}

function renderPart(part: FormatPart, values: Record<string, FieldValue>): string {
  if (typeof part === 'string') return part;
  const value = Object.hasOwn(values, part.name) ? values[part.name]! : absentValue(part.name);
  return part.conversion ? convert(value, part.conversion, part.isBrace) : plain(value);
}
