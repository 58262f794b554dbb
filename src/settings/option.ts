import { ValueFault } from './faults';
import type { Settings } from './settings';
import type { ValueType } from './values';

/** What every record of the table has. */
export interface OptionRecord {
  /** The name in a configuration file, and in messages. */
  key: string;
  /** As in a manual: `-b --backoff-limit SECONDS`. Without an upper-case word it is a switch. */
  flags: string;
  /** Whether a configuration file may hold it; settings: yes unless said, others: no unless said. */
  inFile?: boolean;
  /** One line for `zd -h`. */
  help: string;
  /** Sentences for the manual, in reStructuredText. */
  details: string;
  /** Where the option comes from: `zdaemon 2`, `zdaemon 3`, `zd`. */
  source: string;
}

/** A record whose value lands in a field of `Settings`. */
export interface SettingRecord<V> extends OptionRecord {
  type: ValueType<NonNullable<V>>;
  default: V;
  /** The default in words, where the value alone does not tell. */
  defaultText?: string;
  /** A value as written in a file. */
  sample: string;
}

/** A record without a setting: a flag about the command line itself, or an obsolete name. */
export interface CommandLineRecord extends OptionRecord {
  /** Accepted and ignored, with a note. */
  obsolete?: boolean;
}

/** The flags of an option, read from its record. */
export interface Flags {
  /** The letter of the short flag. */
  short: string | null;
  /** The word of the long flag, without the dashes. */
  long: string | null;
  /** The name of the argument in the help; null = a switch. */
  argument: string | null;
}

export interface SettingOption extends SettingRecord<unknown>, Flags {
  field: keyof Settings;
  inFile: boolean;
}

export interface CommandLineOption extends CommandLineRecord, Flags {
  field: null;
  inFile: boolean;
}

export type Option = SettingOption | CommandLineOption;

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

/**
 * Reads a value.
 *
 * @param option the setting
 * @param text the value as written, outer white space already removed
 * @param env where `HOME` is looked up
 * @returns the value, of the type of the field
 * @throws ValueFault `backoff-limit must be a whole number of seconds, not 'ten'`
 */
export function parseValue(
  option: SettingOption,
  text: string,
  env: NodeJS.ProcessEnv = process.env,
): unknown {
  try {
    return option.type.parse(text, env);
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    throw new ValueFault(`${option.key} ${error.message}`, error.column);
  }
}

/**
 * Writes a value as a file would hold it.
 *
 * @param option the setting
 * @param value a value of its field
 * @returns the text; `(none)` for null
 */
export function formatValue(option: SettingOption, value: unknown): string {
  return value === null ? '(none)' : option.type.format(value as NonNullable<unknown>);
}
