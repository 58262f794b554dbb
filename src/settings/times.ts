import { quoteText, ValueFault } from './faults';
import type { ValueType } from './values';

/* Every time of a configuration. Seconds need no unit, so the times of zdaemon's files stay valid. */

/** A time from 0 to about 30 years. What 0 means depends on the setting. */
export const time: ValueType<number> = {
  name: 'time in seconds; ms, s, m, h and d are units',
  parse(text) {
    const seconds = readSeconds(text);
    if (seconds === null)
      throw new ValueFault(
        `must be a time such as 10, 0.5s, 5m or 1h, not ${quoteText(text)}${adviseOn(text)}`,
      );
    if (seconds < 0 || seconds > MOST_SECONDS)
      throw new ValueFault(`must be from 0 to ${MOST_SECONDS} seconds, not ${quoteText(text)}`);
    if (seconds > 0 && seconds < LEAST_SECONDS)
      throw new ValueFault(`must be 0, or at least 1ms, not ${quoteText(text)}`);
    return roundTime(seconds);
  },
  format: formatTime,
  accepts: value => typeof value === 'number' && value >= 0 && value <= MOST_SECONDS,
};

/** A time greater than 0. */
export const someTime: ValueType<number> = {
  ...time,
  parse(text, env) {
    const seconds = time.parse(text, env);
    if (seconds > 0) return seconds;
    throw new ValueFault(`must be more than 0 seconds, not ${quoteText(text)}`);
  },
  accepts: value => value !== 0 && time.accepts!(value),
};

/** `auto`, or a time. */
export const autoTime: ValueType<number | 'auto'> = {
  name: 'auto, or a time in seconds; ms, s, m, h and d are units',
  parse: (text, env) => (text === 'auto' ? text : time.parse(text, env)),
  format: value => (value === 'auto' ? value : formatTime(value)),
  accepts: value => value === 'auto' || time.accepts!(value),
};

/**
 * Formats a time so that it can be parsed: whole hours and days with their unit, other times in seconds, as zdaemon does.
 *
 * @param seconds not negative
 * @returns `300`, `0.25`, `6h`, `1d`
 */
export function formatTime(seconds: number): string {
  const unit = (['d', 'h'] as const).find(name => seconds > 0 && seconds % units[name] === 0);
  return unit === undefined ? String(roundTime(seconds)) : `${seconds / units[unit]}${unit}`;
}

const units = { d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 };
/** About 30 years; a longer time is a typo. */
const MOST_SECONDS = 1_000_000_000;
/** Timers count milliseconds. */
const LEAST_SECONDS = 0.001;

/** @returns null if it is not a time */
function readSeconds(text: string): number | null {
  const [, digits, unit = 's'] = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(ms|[smhd])?$/i.exec(text) ?? [];
  if (digits === undefined) return null;
  return Number(digits) * units[unit.toLowerCase() as keyof typeof units];
}

/** To microseconds: 2.3 hours are 8280 seconds, and no time is written with an exponent. */
function roundTime(seconds: number): number {
  // Not -0.
  return Math.round(seconds * 1e6) / 1e6 + 0;
}

/** What to write for a time that is written in another way: `1h30m`, `5 min`, `1,5`, `2w`. */
function adviseOn(text: string): string {
  const decimal = /^(\d+),(\d+ *[a-z]*)$/i.exec(text);
  if (decimal) return adviseIfTime(`${decimal[1]}.${decimal[2]}`.replaceAll(' ', ''));
  const parts = [...text.matchAll(/([\d.]+) *([a-z]*)[, ]*/gi)];
  if (parts.map(([part]) => part).join('') !== text) return '';
  const seconds = parts.reduce((sum, [, digits, word = '']) => sum + Number(digits) * sizeOf(word), 0);
  const unit = Object.entries(units).find(([, size]) => roundTime(seconds / size) % 1 === 0);
  if (!unit || !(seconds > 0)) return '';
  return adviseIfTime(`${roundTime(seconds / unit[1])}${unit[0]}`);
}

function adviseIfTime(text: string): string {
  const seconds = readSeconds(text);
  return seconds !== null && seconds <= MOST_SECONDS ? `; write ${text}` : '';
}

/** The seconds of a unit in any of its usual spellings; NaN for anything else. */
function sizeOf(word: string): number {
  const spellings: [RegExp, number][] = [
    [/^$|^s(ec(ond)?s?)?$/i, 1],
    [/^ms(ecs?)?$|^milli(second)?s?$/i, units.ms],
    [/^m(in(ute)?s?)?$/i, units.m],
    [/^h((ou)?rs?)?$/i, units.h],
    [/^d(ays?)?$/i, units.d],
    [/^w(eeks?)?$/i, 7 * units.d],
  ];
  return spellings.find(([spelling]) => spelling.test(word))?.[1] ?? Number.NaN;
}
