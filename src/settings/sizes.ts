import { quoteText, ValueFault } from './faults';
import type { ValueType } from './values';

/* Values with a unit, as in ZConfig, whole numbers and lists of words. */

const byteUnits = { gb: 1024 ** 3, mb: 1024 ** 2, kb: 1024 };
const timeUnits = { d: 86_400, h: 3600, m: 60, s: 1 };
const MOST_BYTES = 2 ** 50;
const LONGEST_INTERVAL = 366 * timeUnits.d;

/** ZConfig's `byte-size`: units of 1024. */
export const byteSize: ValueType<number> = {
  name: 'number of bytes; kb, mb and gb are units',
  parse(text) {
    const [, digits, unit = ''] = /^(\d+)(kb|mb|gb)?$/i.exec(text) ?? [];
    const bytes = Number(digits) * (byteUnits[unit.toLowerCase() as keyof typeof byteUnits] ?? 1);
    if (bytes <= MOST_BYTES) return bytes;
    const [, number, letter] = /^(\d+) ?([kmg])i?b?$/i.exec(text) ?? [];
    const advice = letter === undefined ? '' : `; write ${number}${letter.toLowerCase()}b`;
    throw new ValueFault(
      `must be a number of bytes such as 500kb, 10mb or 1gb, not ${quoteText(text)}${advice}`,
    );
  },
  format: value => formatUnit(value, byteUnits),
};

/** A size greater than 0. */
export const someBytes: ValueType<number> = {
  ...byteSize,
  parse(text, env) {
    const bytes = byteSize.parse(text, env);
    if (bytes > 0) return bytes;
    throw new ValueFault(`must be more than 0 bytes, not ${quoteText(text)}`);
  },
};

/** ZConfig's `time-interval` with one unit. */
export const interval: ValueType<number> = {
  name: 'time with a unit: s, m, h or d',
  parse(text) {
    const [, digits, unit = ''] = /^(\d+)([smhd])$/i.exec(text) ?? [];
    const seconds = Number(digits) * timeUnits[unit.toLowerCase() as keyof typeof timeUnits];
    if (seconds > 0 && seconds <= LONGEST_INTERVAL) return seconds;
    throw new ValueFault(`must be a time such as 30m, 6h or 1d, at most a year, not ${quoteText(text)}`);
  },
  format: value => formatUnit(value, timeUnits),
};

export const wholeNumber: ValueType<number> = {
  name: 'whole number',
  parse(text) {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new ValueFault(`must be a whole number, not ${quoteText(text)}`);
  },
  format: String,
};

/** One of a few words. */
export function choice<T extends string>(...words: T[]): ValueType<T> {
  const list = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return {
    name: list,
    parse(text) {
      const word = words.find(known => known === text.toLowerCase());
      if (word !== undefined) return word;
      throw new ValueFault(`must be ${list}, not ${quoteText(text)}`);
    },
    format: String,
  };
}

/** In the largest unit that divides the value. */
function formatUnit(value: number, units: Record<string, number>): string {
  const found = Object.entries(units).find(([, size]) => value > 0 && value % size === 0);
  return found ? `${value / found[1]}${found[0]}` : String(value);
}
