import { Cron } from 'croner';
import { toDate } from '../../system/clock';
import { columnOf, quoteText } from '../faults';

/* Cron expressions. A bundle of its own: only a configuration with `run-at` loads it. */

/** The fields in their order; the seconds may be left out. */
const FIELDS = [
  { name: 'second', range: '0 to 59' },
  { name: 'minute', range: '0 to 59' },
  { name: 'hour', range: '0 to 23' },
  { name: 'day of the month', range: '1 to 31, or L for the last one' },
  { name: 'month', range: '1 to 12, or JAN to DEC' },
  { name: 'day of the week', range: '0 to 7 with 0 and 7 for Sunday, or SUN to SAT' },
];
const NICKNAMES = ['@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually'];

/** The expression with one blank between two fields; or what is wrong, as `ValueFault` has it: another bundle throws. */
export type CheckedCron = { expression: string } | { fault: string; column: number | null };

/**
 * Checks a cron expression.
 *
 * @param text five fields, six with the seconds in front, or a nickname such as `@daily`
 * @returns a fault names the field
 */
export function checkCron(text: string): CheckedCron {
  if (text.startsWith('@')) return checkNickname(text);
  const fields = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ word, index }));
  const kinds = fields.length === FIELDS.length ? FIELDS : FIELDS.slice(1);
  if (fields.length !== kinds.length)
    return refuse(
      `must be minute, hour, day of the month, month and day of the week, with the second in front or without, such as 30 3 * * 1-5; ${quoteText(text)} has ${count(fields.length)}`,
    );
  for (const [at, { word, index }] of fields.entries()) {
    const others = kinds.map((_, place) => (place === at ? word : '*')).join(' ');
    const kind = kinds[at]!;
    if (isCron(others)) continue;
    return refuse(
      `has ${quoteText(word)} as its ${kind.name}, field ${at + 1} of ${fields.length}; it is ${kind.range}, also as in *, 1-5, */2 or 1,3`,
      columnOf(text, index),
    );
  }
  const expression = fields.map(({ word }) => word).join(' ');
  if (findNext(expression, null, 0) === null)
    return refuse(`names a day that never comes: ${quoteText(text)}; mind the length of the month`);
  return { expression };
}

/**
 * Finds the next time of a cron expression. In the hour that a change to summer time leaves out, a time that is skipped
 * comes at the end of the gap; in the hour that comes twice, a fixed time comes once.
 *
 * @param expression as `checkCron` returns it
 * @param zone its time zone; null for local time
 * @param after seconds since 1970; the result is later
 * @returns seconds since 1970
 */
export function nextTime(expression: string, zone: string | null, after: number): number {
  // What has no next time is refused when it is read.
  return findNext(expression, zone, after) ?? Number.POSITIVE_INFINITY;
}

function findNext(expression: string, zone: string | null, after: number): number | null {
  const cron = parse(expression, zone);
  const next = cron.nextRun(toDate(after));
  return next === null ? null : next.getTime() / 1000;
}

/** The one that was used last: parsing it again takes longer than using it. */
let last: { key: string; cron: Cron } | null = null;

function parse(expression: string, zone: string | null): Cron {
  const key = `${expression} ${zone}`;
  if (last?.key !== key) {
    const cron = new Cron(expression, { paused: true, ...(zone === null ? {} : { timezone: zone }) });
    last = { key, cron };
  }
  return last.cron;
}

function isCron(expression: string): boolean {
  try {
    return new Cron(expression, { paused: true }) !== null;
  } catch {
    return false;
  }
}

function checkNickname(text: string): CheckedCron {
  const name = text.toLowerCase();
  if (NICKNAMES.includes(name)) return { expression: name };
  return refuse(
    `must be five fields or one of ${NICKNAMES.join(', ')}, not ${quoteText(text)}${
      name === '@reboot' ? '; what starts the machine starts zd' : ''
    }`,
  );
}

function refuse(fault: string, column: number | null = null): CheckedCron {
  return { fault, column };
}

function count(fields: number): string {
  return fields === 1 ? '1 field' : `${fields} fields`;
}
