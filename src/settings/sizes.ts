import { quoteText, ValueFault } from './faults';
import type { ValueType } from './values';

/* Sizes, whole numbers and lists of words. */

const byteUnits = { gb: 1024 ** 3, mb: 1024 ** 2, kb: 1024 };
const MOST_BYTES = 2 ** 50;

/** ZConfig's `byte-size`: units of 1024. */
export const byteSize: ValueType<number> = {
  name: 'number of bytes; kb, mb and gb are units',
  parse(text) {
    const [, digits, unit = ''] = /^(\d+)(kb|mb|gb)?$/i.exec(text) ?? [];
    const bytes = Number(digits) * (byteUnits[unit.toLowerCase() as keyof typeof byteUnits] ?? 1);
    if (bytes <= MOST_BYTES) return bytes;
    throw new ValueFault(
      `must be a number of bytes such as 500kb, 10mb or 1gb, not ${quoteText(text)}${adviseOn(text)}`,
    );
  },
  format: formatBytes,
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

export const wholeNumber: ValueType<number> = {
  name: 'whole number',
  parse(text) {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new ValueFault(`must be a whole number, not ${quoteText(text)}`);
  },
  format: String,
};

/** A whole number greater than 0. */
export const someNumber: ValueType<number> = {
  ...wholeNumber,
  parse(text, env) {
    const number = wholeNumber.parse(text, env);
    if (number > 0) return number;
    throw new ValueFault(`must be at least 1, not ${quoteText(text)}`);
  },
};

/** One of a few words. */
export function choice<T extends string>(...words: T[]): ValueType<T> {
  const list = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return {
    name: list,
    words,
    parse(text) {
      const word = words.find(known => known === text.toLowerCase());
      if (word !== undefined) return word;
      throw new ValueFault(`must be ${list}, not ${quoteText(text)}`);
    },
    format: String,
  };
}

/** In the largest unit that divides the size. */
function formatBytes(bytes: number): string {
  const found = Object.entries(byteUnits).find(([, size]) => bytes > 0 && bytes % size === 0);
  return found ? `${bytes / found[1]}${found[0]}` : String(bytes);
}

/** What to write for a size that is written in another way: `10M`, `10 MiB`, `1.5gb`, `1tb`, `10 bytes`. */
function adviseOn(text: string): string {
  const [, digits, letter = ''] = /^(\d+(?:\.\d+)?) ?(?:([kmgt])i?)?(?:b|bytes?)?$/i.exec(text) ?? [];
  const units: Record<string, number> = { t: 1024 ** 4, g: byteUnits.gb, m: byteUnits.mb, k: byteUnits.kb };
  const bytes = Number(digits) * (units[letter.toLowerCase()] ?? 1);
  return Number.isInteger(bytes) && bytes <= MOST_BYTES ? `; write ${formatBytes(bytes)}` : '';
}
