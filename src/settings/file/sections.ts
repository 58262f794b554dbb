import { describeLong, isTooLong } from '../../system/run/exec-size';
import { suggest } from '../../system/text/nearest';
import { errorAt, quoteText, ValueFault } from '../faults';
import { fileOptions, parseValue } from '../options';
import type { Origin } from '../settings';
import type { Entry, Section } from './tree';

export interface SourcedValue {
  value: unknown;
  origin: Origin;
  /** It comes from the command line. */
  isTyped: boolean;
}

export interface RunnerReading {
  /** The values by option key. */
  values: Map<string, SourcedValue>;
  notes: string[];
}

/**
 * Checks the keys of a runner section against the table and reads their values.
 *
 * @param section the section, with -X applied
 * @param env the environment, for `HOME`
 * @returns the values, and a note for each obsolete key
 * @throws UsageError
 */
export function readRunner(section: Section, env: NodeJS.ProcessEnv): RunnerReading {
  const { label } = section;
  const values: RunnerReading['values'] = new Map();
  const notes: string[] = [];
  for (const inner of section.sections) refuseUnlessEventLog(inner, label);
  refuseDuplicates(section, key => key.toLowerCase());
  for (const entry of section.entries) {
    const option = fileOptions.get(entry.key.toLowerCase());
    if (option === undefined) {
      const advice = 'remove it, or look it up in docs/options.rst';
      const near = suggest(entry.key, fileOptions.keys(), advice);
      throw errorAt(entry.origin, `unknown key ${quoteText(entry.key)} in ${label}${near}`);
    }
    if (option.field === null) notes.push(`${entry.origin}: '${option.key}' is obsolete and ignored`);
    else
      values.set(option.key, {
        value: placeFault(entry, () => parseValue(option, entry.value, env)),
        origin: entry.origin,
        isTyped: entry.isTyped ?? false,
      });
  }
  return { values, notes };
}

/**
 * Reads an environment section: names are case-sensitive, values are exact.
 *
 * @param section the section, with -X applied
 * @returns the variables in the order of the file
 * @throws UsageError for an invalid or duplicate name
 */
export function readEnvironment(section: Section): Record<string, string> {
  refuseSections(section);
  refuseDuplicates(section, name => name);
  for (const { key, origin } of section.entries) {
    if (/[=\s]/.test(key)) {
      throw errorAt(origin, `${quoteText(key)} is not a valid variable name; ${adviseOnName(key, section)}`);
    }
  }
  for (const { key, value, origin } of section.entries) {
    const size = Buffer.byteLength(key) + 1 + Buffer.byteLength(value);
    if (isTooLong(size)) throw errorAt(origin, describeLong(quoteText(key), size));
  }
  // Not by assignment, which would not create a property for `__proto__`.
  return Object.fromEntries(section.entries.map(({ key, value }) => [key, value]));
}

function adviseOnName(key: string, { label }: Section): string {
  if (!label.startsWith('[')) return "write the name, then the value without '='";
  const word = /[^\s=]*$/.exec(key)?.[0] || 'NAME';
  return `write '${word} = VALUE', with nothing before the name`;
}

function refuseUnlessEventLog({ type, label, origin }: Section, outer: string): void {
  if (type === 'eventlog') return;
  const near = suggest(type, ['eventlog'], `close ${outer} first`);
  throw errorAt(origin, `unknown section ${label} in ${outer}${near}`);
}

/** Neither variables nor steps have sections. */
export function refuseSections({ sections: [inner], label }: Section): void {
  if (inner) throw errorAt(inner.origin, `${inner.label} is not allowed in ${label}; close ${label} first`);
}

/** @param nameOf what tells two keys apart */
export function refuseDuplicates({ entries, label }: Section, nameOf: (key: string) => string): void {
  const first = new Map<string, Origin>();
  for (const { key, origin } of entries) {
    const earlier = first.get(nameOf(key));
    if (earlier !== undefined) {
      throw errorAt(origin, `${quoteText(key)} is set twice in ${label}, first at ${earlier}; remove one`);
    }
    first.set(nameOf(key), origin);
  }
}

/** Adds the place to an error in a value, with the column if it is known. */
export function placeFault<V>({ origin, column, value }: Entry, parse: () => V): V {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    const exact = error.column !== null && column !== null;
    const advice = /\s[#;]/.test(value) ? '; a comment needs a line of its own' : '';
    throw errorAt(exact ? `${origin}:${column + error.column - 1}` : origin, `${error.message}${advice}`);
  }
}
