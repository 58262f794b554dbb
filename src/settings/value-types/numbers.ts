import { quoteText, ValueFault } from '../faults';
import { wholeNumber } from '../sizes';
import type { ValueType } from '../values';

/** By how much each pause is longer than the one before. */
export const factor: ValueType<number> = {
  name: 'number from 1, with or without decimals',
  parse(text) {
    const number = readDecimal(text);
    if (number >= 1 && number <= LARGEST_FACTOR) return number;
    const advice = number > 0 && number < 1 ? '; a factor below 1 would make each pause shorter' : '';
    throw new ValueFault(
      `must be a number from 1 to ${LARGEST_FACTOR}, such as 2 or 1.5, not ${quoteText(text)}${advice}`,
    );
  },
  format: String,
};

export const percent: ValueType<number> = {
  name: 'percent, from 0 to 100',
  parse(text) {
    const number = readDecimal(text.replace(/ ?%$/, ''));
    if (number >= 0 && number <= 100) return number;
    throw new ValueFault(`must be percent from 0 to 100, such as 20 or 20%, not ${quoteText(text)}`);
  },
  format: String,
};

/** A whole number greater than 0. */
export const count: ValueType<number> = {
  name: 'whole number from 1',
  parse(text, env) {
    const number = wholeNumber.parse(text, env);
    if (number > 0) return number;
    throw new ValueFault(`must be a whole number from 1, not ${quoteText(text)}`);
  },
  format: String,
};

const LARGEST_FACTOR = 1000;

/** To millionths, so that no number is written with an exponent; NaN for anything else. */
function readDecimal(text: string): number {
  if (!/^\+?(\d+(\.\d*)?|\.\d+)$/.test(text)) return Number.NaN;
  return Math.round(Number(text) * 1e6) / 1e6;
}
