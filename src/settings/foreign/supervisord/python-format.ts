import { quoteText } from '../../faults';

/** What `%(NAME)s` stands for. */
export type Names = ReadonlyMap<string, string | number>;

/** A text that Python's `%` operator refuses; the message continues a sentence about the value. */
export class FormatFault extends Error {}

/**
 * Expands a text as Python's `text % names` does with a dictionary.
 *
 * @param text with `%(NAME)s`, `%(NAME)02d` and `%%`
 * @param names the values; only a number can be formatted with `d`
 * @throws FormatFault for an unknown name, and a `%` that begins nothing
 */
export function expand(text: string, names: Names): string {
  return text.replace(/%(?:%|\(([^)]*)\)([-#0 +]*)(\d*)(?:\.(\d+))?([a-z%])|)/gi, (whole, ...groups) => {
    const [name, flags, width, precision, conversion] = groups as (string | undefined)[];
    if (whole === '%%') return '%';
    if (name === undefined)
      throw new FormatFault("has a '%' that begins no %(NAME)s; write %% for the character");
    const value = names.get(name);
    if (value === undefined) {
      const known = [...names.keys()].filter(one => !one.startsWith('ENV_'));
      throw new FormatFault(
        `has %(${name})s, which is unknown; there are ${known.join(', ')}, and ENV_NAME for a variable NAME that is set`,
      );
    }
    const text = convert(value, conversion!, flags!, precision);
    if (text === null)
      throw new FormatFault(`has ${quoteText(whole)}, which does not fit the value; write %(${name})s`);
    return pad(text, flags!, Number(width), conversion !== 's');
  });
}

/** @returns null if Python refuses it, or if no file needs it */
function convert(
  value: string | number,
  conversion: string,
  flags: string,
  precision: string | undefined,
): string | null {
  if (conversion === 's')
    return String(value).slice(0, precision === undefined ? undefined : Number(precision));
  if (typeof value !== 'number') return null;
  const base = { d: 10, i: 10, u: 10, o: 8, x: 16, X: 16 }[conversion];
  if (base === undefined) return null;
  const digits = Math.abs(value)
    .toString(base)
    .padStart(Number(precision ?? 0), '0');
  const sign = value < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  return sign + (conversion === 'X' ? digits.toUpperCase() : digits);
}

const MOST_WIDTH = 1000;

function pad(text: string, flags: string, width: number, isNumber: boolean): string {
  const wanted = Math.min(width, MOST_WIDTH);
  if (flags.includes('-')) return text.padEnd(wanted);
  if (!flags.includes('0') || !isNumber) return text.padStart(wanted);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(wanted - sign.length, '0');
}
