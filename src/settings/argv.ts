import { showHidden } from '../system/blanks';
import { UsageError } from '../system/errors';
import { askFor, nearestName } from '../system/text/nearest';
import { flagsOf, type Option, options } from './options';

/** A flag of the command line. */
export interface GivenFlag {
  option: Option;
  /** The flag as typed, with a long one written in full: `-b`, `--backoff-limit`. */
  written: string;
  /** The text of its argument; null for a switch. */
  text: string | null;
}

/** One `-X section/key=value`. */
export interface Override {
  /** Section names and the key, as typed. */
  path: string[];
  value: string;
  /** The path as typed, where it named a program. */
  typed?: string[];
}

export interface Arguments {
  /** The flags by the key of their option, in the order given; without -X. */
  flags: Map<string, GivenFlag>;
  overrides: Override[];
  /** The first word that is not an option, or null. */
  command: string | null;
  /** The words after the command, unchanged. */
  words: string[];
}

/**
 * Splits a command line into flags, the command and its words. The rules are those of Python's getopt, as in zdaemon:
 * options end at the first other word or at `--`; a long flag may be abbreviated to a unique prefix.
 *
 * @param argv the words after the name of the binary
 * @returns the parts of the command line; the values are not checked yet
 * @throws UsageError with the messages of Python's getopt, which scripts may expect
 */
export function parseArguments(argv: readonly string[]): Arguments {
  const given: GivenFlag[] = [];
  const rest = [...argv];
  while (rest.length > 0 && isOption(rest[0]!)) {
    const word = rest.shift()!;
    if (word === '--') break;
    given.push(...(word.startsWith('--') ? [readLong(word, rest)] : readCluster(word, rest)));
  }
  const [command = null, ...words] = rest;
  return { ...collect(given), command, words };
}

/**
 * Takes options out of the words after a command.
 *
 * @param words as typed
 * @param isMeant whether an option, given as typed (`-C`, `--configure`), is taken; long names are never abbreviated
 * @returns the options with their arguments, and the other words; both in their order
 * @throws UsageError for an option without its argument
 */
export function takeOptions(
  words: readonly string[],
  isMeant: (option: Option, flag: string) => boolean,
): { taken: string[]; rest: string[] } {
  const taken: string[] = [];
  const rest: string[] = [];
  const left = [...words];
  while (left.length > 0) {
    const word = left.shift()!;
    const flag = word.startsWith('--') ? word.replace(/=.*/s, '') : word.slice(0, 2);
    const option = word.length > 1 && options.find(one => flagsOf(one).includes(flag));
    if (word === '--') {
      rest.push(word, ...left.splice(0));
    } else if (!option || !isMeant(option, flag)) {
      rest.push(word);
    } else {
      const before = left.length;
      const following = [...left];
      if (word.startsWith('--')) readLong(word, left);
      else readCluster(word, left);
      taken.push(word, ...following.slice(0, before - left.length));
    }
  }
  return { taken, rest };
}

function isOption(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

/** `--name`, `--name=text` or `--name text`; removes the text from `rest`. */
function readLong(word: string, rest: string[]): GivenFlag {
  const equals = word.indexOf('=');
  const option = findLong(equals < 0 ? word : word.slice(0, equals));
  const written = `--${option.long}`;
  if (option.argument === null) {
    if (equals >= 0) throw new UsageError(`option ${written} must not have an argument`);
    return { option, written, text: null };
  }
  const text = equals < 0 ? rest.shift() : word.slice(equals + 1);
  if (text === undefined) throw new UsageError(`option ${written} requires argument`);
  return { option, written, text };
}

function findLong(written: string): Option {
  const prefix = written.slice(2);
  const candidates = options.filter(({ long, exact }) =>
    exact ? long === prefix : long?.startsWith(prefix),
  );
  const found = candidates.find(option => option.long === prefix) ?? candidates[0];
  if (found === undefined) {
    const near = nearestName(prefix, longNames());
    throw new UsageError(
      `option ${showHidden(written)} not recognized${near === null ? '' : `; ${askFor(prefix, `--${near}`)}`}`,
    );
  }
  if (candidates.length > 1 && found.long !== prefix) {
    const names = candidates.map(option => `--${option.long}`);
    throw new UsageError(`option ${written} not a unique prefix; write one of ${names.join(', ')}`);
  }
  return found;
}

function longNames(): string[] {
  return options.flatMap(option => option.long ?? []);
}

/** `-f`, `-b3`, `-fb3`, `-b 3`; removes the text from `rest`. */
function readCluster(word: string, rest: string[]): GivenFlag[] {
  const given: GivenFlag[] = [];
  const letters = Array.from(word.slice(1));
  while (letters.length > 0) {
    const letter = letters.shift()!;
    const written = `-${letter}`;
    const option = options.find(({ short }) => short === letter);
    if (option === undefined)
      throw new UsageError(`option ${showHidden(written)} not recognized${adviseOnPlace(letter)}`);
    if (option.argument === null) {
      given.push({ option, written, text: null });
      continue;
    }
    const text = letters.length > 0 ? letters.splice(0).join('') : rest.shift();
    if (text === undefined) throw new UsageError(`option ${written} requires argument`);
    given.push({ option, written, text });
  }
  return given;
}

/** Flags of commands are often typed in front of them. */
function adviseOnPlace(letter: string): string {
  const command = { v: 'status', n: 'logtail' }[letter];
  return command === undefined ? '' : `; it belongs after its command: zd ${command} -${letter}`;
}

/** Wrapper scripts repeat flags, so a flag may be given twice with the same value (zdaemon). */
function collect(given: readonly GivenFlag[]): Pick<Arguments, 'flags' | 'overrides'> {
  const flags = new Map<string, GivenFlag>();
  const overrides: Override[] = [];
  for (const flag of given) {
    const { option, written, text } = flag;
    if (option.key === 'override') {
      overrides.push(readOverride(text ?? ''));
      continue;
    }
    const earlier = flags.get(option.key);
    if (earlier === undefined) flags.set(option.key, flag);
    else if (earlier.text !== text) throw new UsageError(`conflicting command line option '${written}'`);
  }
  const onlyAsking = flags.has('help') || flags.has('version');
  if (overrides.length > 0 && !flags.has('configure') && !onlyAsking) {
    throw new UsageError('configuration overrides (-X) cannot be used without a configuration file');
  }
  return { flags, overrides };
}

function readOverride(text: string): Override {
  const equals = text.indexOf('=');
  const path = text.slice(0, Math.max(equals, 0)).split('/');
  if (equals < 0 || path.length < 2 || path.includes('')) {
    throw new UsageError(`invalid configuration specifier '${text}'; write -X section/key=value`);
  }
  return { path, value: text.slice(equals + 1) };
}
