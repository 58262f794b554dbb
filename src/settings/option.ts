import { quoteText, ValueFault } from './faults';
import type { ValueType } from './values';

/** The fields of every record in the table. */
export interface OptionRecord {
  /** The name in a configuration file, and in messages. */
  key: string;
  /** As in a manual: `-b --backoff-limit TIME`. Without an upper-case word the option is a switch. */
  flags: string;
  /** Whether its long flag must be written in full, so that abbreviations of zdaemon's flags stay unique. */
  exact?: boolean;
  /** Whether a configuration file may contain it. The default is true for settings and false for other options. */
  inFile?: boolean;
  /** One line for `zd -h`. */
  help: string;
  /** Sentences for the manual, in reStructuredText. */
  details: string;
  /** Where the option comes from: `zdaemon 2`, `zdaemon 3`, `zd`. */
  source: string;
}

/**
 * Which processes get a setting, and when a change takes effect:
 *
 *   client   never sent to the manager
 *   manager  sent at launch; a change requires a new manager
 *   program  sent at launch and with `start` and `restart`; takes effect at the next start of the program
 *   live     sent at launch and with `start` and `restart`; takes effect immediately
 */
export type Reach = 'client' | 'manager' | 'program' | 'live';

/** How a path is resolved and checked. */
export interface PathPlace {
  /** The base of a path in a file: the folder of that file, or `directory` if that is set. See `placePaths`. */
  base: 'here' | 'directory';
  /**
   * `file`: created if missing, but its folder must exist; `input`: it must exist; `watched`: a list of paths that may be
   * missing; `replaced`: another file takes its place; `variables`: see `env-file`; the others have their own rules.
   */
  kind: 'file' | 'input' | 'folder' | 'socket' | 'watched' | 'variables' | 'replaced';
  /** A value that is not a path. */
  word?: string;
}

/** A record whose value becomes a field of `Settings`. */
export interface SettingRecord<V, R extends Reach = Reach, L extends boolean = boolean> extends OptionRecord {
  type: ValueType<NonNullable<V>>;
  default: V;
  /** The default in words, if the value alone is unclear. */
  defaultText?: string;
  /** An example of a value, as written in a file. */
  sample: string;
  reach: R;
  /** Whether the lifecycle depends on it. */
  rule?: L;
  /** Whether it decides what is run. It cannot be changed over a socket that other users can use. */
  guarded?: boolean;
  /** For a path. */
  place?: PathPlace;
}

/** A record without a setting: a flag of the command line itself, or an obsolete name. */
export interface CommandLineRecord extends OptionRecord {
  /** Accepted and ignored, with a note. */
  obsolete?: boolean;
  /** Unknown to zdaemon. */
  isOwn?: boolean;
}

/**
 * Declares a setting. As a function, it lets the compiler infer the type of the value from `type`, and from a `default`
 * of null that the value may be null.
 */
export function setting<T, D extends T | null, R extends Reach, L extends boolean = false>(
  record: Omit<SettingRecord<T, R, L>, 'type' | 'default'> & { type: ValueType<T>; default: D },
): SettingRecord<null extends D ? T | null : T, R, L> {
  return record as unknown as SettingRecord<null extends D ? T | null : T, R, L>;
}

/** The flags of an option, read from its record. */
export interface Flags {
  /** The letter of the short flag. */
  short: string | null;
  /** The word of the long flag, without the dashes. */
  long: string | null;
  /** The name of the argument in the help; null for a switch. */
  argument: string | null;
}

/** Reads the `flags` of a record. */
export function readFlags(text: string): Flags {
  const flags: Flags = { short: null, long: null, argument: null };
  for (const word of text.split(' ')) {
    if (word.startsWith('--')) flags.long = word.slice(2);
    else if (word.startsWith('-')) flags.short = word.slice(1);
    else flags.argument = word || null;
  }
  return flags;
}

/** The flags of an option as typed: `-b`, `--backoff-limit`. */
export function flagsOf({ short, long }: Flags): string[] {
  return [...(short === null ? [] : [`-${short}`]), ...(long === null ? [] : [`--${long}`])];
}

/** The fields needed to parse, format and check values. */
type Valued = Pick<SettingRecord<unknown>, 'key' | 'type' | 'default'>;

/**
 * Parses a value.
 *
 * @param option the setting
 * @param text the value as written, without outer white space
 * @param env the environment, for `HOME`
 * @returns the value, of the type of the field
 * @throws ValueFault `backoff-limit must be a time such as 10, 0.5s, 5m or 1h, not 'ten'`
 */
export function parseValue(option: Valued, text: string, env: NodeJS.ProcessEnv = process.env): unknown {
  try {
    return option.type.parse(text, env);
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    throw new ValueFault(`${option.key} ${error.message}`, error.column);
  }
}

/**
 * Formats a value as in a configuration file.
 *
 * @param option the setting
 * @param value a value of its field
 * @returns the text; `(none)` for null
 */
export function formatValue(option: Valued, value: unknown): string {
  return value === null ? '(none)' : option.type.format(value as NonNullable<unknown>);
}

/**
 * Checks a value from another process: it is valid if formatting and parsing it returns the same value.
 *
 * @param option the setting
 * @param value as parsed from JSON
 * @throws ValueFault `backoff-limit cannot be '"ten"'; its type is: time in seconds; ms, s, m, h and d are units`
 */
export function checkValue(option: Valued, value: unknown): void {
  if (value === null ? option.default === null : isValue(option.type, value)) return;
  const text = quoteText(JSON.stringify(value) ?? '');
  throw new ValueFault(`${option.key} cannot be ${text}; its type is: ${option.type.name}`);
}

function isValue(type: ValueType<NonNullable<unknown>>, value: unknown): boolean {
  const json = JSON.stringify(value) ?? '';
  // No command line, variable or path can contain a NUL.
  if (json.includes('\\u0000')) return false;
  if (type.accepts) return type.accepts(value);
  try {
    return JSON.stringify(type.parse(type.format(value as NonNullable<unknown>), {})) === json;
  } catch {
    return false;
  }
}
