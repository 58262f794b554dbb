import { suggest } from '../../system/text/nearest';
import type { FormatStyle, LogLayout } from '../event-log-settings';
import { errorAt, quoteText, ValueFault } from '../faults';
import { expandHome } from '../home';
import { findMeaningless, parseFormat } from '../log-format/parse';
import { choice } from '../sizes';
import { onOff, type ValueType } from '../values';
import { placeFault } from './sections';
import type { Entry, Section } from './tree';

/** Collects what is ignored: one note for each cause, at the first place. */
export class Notes {
  readonly #notes = new Map<string, string>();

  /** @param sentence what is ignored, and what to use instead */
  add(origin: string, sentence: string): void {
    if (!this.#notes.has(sentence)) this.#notes.set(sentence, `${origin}: ${sentence}`);
  }

  get all(): string[] {
    return [...this.#notes.values()];
  }
}

/** The keys of a section of the event log: each is taken once, and others than the known ones are refused. */
export class Keys {
  readonly #section: Section;
  readonly notes: Notes;
  readonly env: NodeJS.ProcessEnv;

  /**
   * @param known the keys that the section may have
   * @param repeated those that it may have several times
   */
  constructor(
    section: Section,
    { notes, env }: { notes: Notes; env: NodeJS.ProcessEnv },
    { known, repeated = [] }: { known: readonly string[]; repeated?: readonly string[] },
  ) {
    this.#section = section;
    this.notes = notes;
    this.env = env;
    const seen = new Set<string>();
    for (const entry of section.entries) {
      const key = entry.key.toLowerCase();
      if (!known.includes(key) && !repeated.includes(key))
        throw unknownKey(entry, section, [...known, ...repeated]);
      if (seen.has(key) && !repeated.includes(key)) throw duplicateKey(entry, section);
      seen.add(key);
    }
  }

  get section(): Section {
    return this.#section;
  }

  all(key: string): Entry[] {
    return this.#section.entries.filter(entry => entry.key.toLowerCase() === key);
  }

  find(key: string): Entry | undefined {
    return this.all(key)[0];
  }

  /** The value of a key, or null. */
  read<V>(key: string, type: Pick<ValueType<V>, 'parse'>): V | null {
    const entry = this.find(key);
    return entry === undefined ? null : this.parse(entry, type);
  }

  parse<V>(entry: Entry, type: Pick<ValueType<V>, 'parse'>): V {
    return placeFault(entry, () => {
      try {
        return type.parse(entry.value, this.env);
      } catch (error) {
        if (!(error instanceof ValueFault)) throw error;
        throw new ValueFault(`${entry.key.toLowerCase()} ${error.message}`, error.column);
      }
    });
  }

  /** Notes a key that has no effect. @param why, and what to use instead */
  ignore(key: string, why: string): void {
    const entry = this.find(key);
    if (entry) this.notes.add(entry.origin, `${this.#section.label}: ${key} has no effect: ${why}`);
  }
}

/** What every handler can have. */
export const LAYOUT_KEYS = ['format', 'dateformat', 'formatter', 'style', 'arbitrary-fields'];

/**
 * Reads how a handler writes a record.
 *
 * @throws UsageError for a format with which Python would fail as well
 */
export function readLayout(keys: Keys): LogLayout {
  keys.ignore('formatter', 'it names a class of Python; use format');
  const style = keys.read('style', STYLES) ?? 'classic';
  const takesOthers = keys.read('arbitrary-fields', onOff) ?? false;
  const entry = keys.find('format');
  const dateFormat = keys.find('dateformat')?.value ?? null;
  if (entry === undefined) return dateFormat === null ? {} : { dateFormat };
  const format = { style, text: resolveEscapes(entry.value) };
  const parts = keys.parse(entry, { parse: () => parseFormat(format, takesOthers) });
  const meaningless = findMeaningless(parts);
  if (meaningless.length > 0)
    keys.notes.add(
      entry.origin,
      `a manager has no ${meaningless.join(', ')}, written as - or 0; remove ${meaningless.length > 1 ? 'them' : 'it'} from format`,
    );
  return { format, ...(dateFormat === null ? {} : { dateFormat }) };
}

/** A path, `STDOUT` or `STDERR`. */
export const logPath: Pick<ValueType<string>, 'parse'> = {
  parse(text, env) {
    if (text === '') throw new ValueFault('must be a path, STDOUT or STDERR, not empty');
    return expandHome(text, env);
  },
};

/** Python's log levels, and those that zdaemon adds: blather, trace and all. */
const LEVELS: Record<string, number> = {
  critical: 50,
  fatal: 50,
  error: 40,
  warn: 30,
  warning: 30,
  info: 20,
  blather: 15,
  debug: 10,
  trace: 5,
  all: 1,
  notset: 0,
};
const HIGHEST_LEVEL = 50;

export const logLevel: Pick<ValueType<number>, 'parse'> = {
  parse(text) {
    const word = text.toLowerCase();
    const level = /^\d{1,9}$/.test(word) ? Number(word) : Object.hasOwn(LEVELS, word) ? LEVELS[word]! : -1;
    if (level >= 0 && level <= HIGHEST_LEVEL) return level;
    const names = Object.keys(LEVELS).join(', ');
    throw new ValueFault(`must be ${names} or a number from 0 to 50, not ${quoteText(text)}`);
  },
};

const STYLES = choice<FormatStyle>('classic', 'format', 'template', 'safe-template');

/** As in ZConfig. */
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', b: '\b', f: '\f', r: '\r' };

function resolveEscapes(text: string): string {
  return text.replace(/\\([ntbfr])/g, (_, letter: string) => ESCAPES[letter]!);
}

function unknownKey({ key, origin }: Entry, section: Section, known: string[]): Error {
  const advice = `valid keys are ${known.join(', ')}`;
  return errorAt(origin, `unknown key ${quoteText(key)} in ${section.label}${suggest(key, known, advice)}`);
}

function duplicateKey({ key, origin }: Entry, section: Section): Error {
  return errorAt(origin, `${quoteText(key)} is set twice in ${section.label}; remove one`);
}
