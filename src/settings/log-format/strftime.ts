import { toDate, zoneOffset } from '../../system/clock';

type Instant = ReturnType<typeof toDate>;

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAY_MS = 86_400_000;

/**
 * Writes a local time as strftime(3) does, with the names of the C locale.
 *
 * @param seconds since 1970
 * @param format an unknown directive stays as it is
 */
export function strftime(seconds: number, format: string): string {
  const date = toDate(seconds);
  return format.replace(/%([-_0^#]?)([a-zA-Z%])/g, (written, flag: string, letter: string) => {
    const shown = Object.hasOwn(DIRECTIVES, letter) ? DIRECTIVES[letter]!(date, seconds) : null;
    return shown === null ? written : applyFlag(shown, flag);
  });
}

type Directive = (date: Instant, seconds: number) => string;

const pad = (number: number, width = 2, fill = '0') => String(number).padStart(width, fill);
const hour12 = (date: Instant) => date.getHours() % 12 || 12;
const combined =
  (format: string): Directive =>
  (_, seconds) =>
    strftime(seconds, format);

const DIRECTIVES: Record<string, Directive> = {
  '%': () => '%',
  a: date => DAYS[date.getDay()]!.slice(0, 3),
  A: date => DAYS[date.getDay()]!,
  b: date => MONTHS[date.getMonth()]!.slice(0, 3),
  B: date => MONTHS[date.getMonth()]!,
  c: combined('%a %b %e %H:%M:%S %Y'),
  C: date => pad(Math.floor(date.getFullYear() / 100)),
  d: date => pad(date.getDate()),
  D: combined('%m/%d/%y'),
  e: date => pad(date.getDate(), 2, ' '),
  F: combined('%Y-%m-%d'),
  g: date => pad(isoWeek(date).year % 100),
  G: date => String(isoWeek(date).year),
  h: combined('%b'),
  H: date => pad(date.getHours()),
  I: date => pad(hour12(date)),
  j: date => pad(dayOfYear(date) + 1, 3),
  k: date => pad(date.getHours(), 2, ' '),
  l: date => pad(hour12(date), 2, ' '),
  m: date => pad(date.getMonth() + 1),
  M: date => pad(date.getMinutes()),
  n: () => '\n',
  p: date => (date.getHours() < 12 ? 'AM' : 'PM'),
  P: date => (date.getHours() < 12 ? 'am' : 'pm'),
  r: combined('%I:%M:%S %p'),
  R: combined('%H:%M'),
  s: (_, seconds) => String(Math.floor(seconds)),
  S: date => pad(date.getSeconds()),
  t: () => '\t',
  T: combined('%H:%M:%S'),
  u: date => String(date.getDay() || 7),
  U: date => pad(Math.floor((dayOfYear(date) + 7 - date.getDay()) / 7)),
  V: date => pad(isoWeek(date).week),
  w: date => String(date.getDay()),
  W: date => pad(Math.floor((dayOfYear(date) + 7 - ((date.getDay() + 6) % 7)) / 7)),
  x: combined('%m/%d/%y'),
  X: combined('%H:%M:%S'),
  y: date => pad(date.getFullYear() % 100),
  Y: date => String(date.getFullYear()),
  z: (_, seconds) => writeZone(zoneOffset(seconds)),
  Z: zoneName,
};

function zoneName(date: Instant): string {
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(date);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

function applyFlag(shown: string, flag: string): string {
  if (flag === '-') return shown.replace(/^[0 ]+(?=.)/, '');
  if (flag === '_') return shown.replace(/^0+(?=.)/, zeros => ' '.repeat(zeros.length));
  if (flag === '0') return shown.replace(/^ +/, blanks => '0'.repeat(blanks.length));
  return flag === '^' ? shown.toUpperCase() : shown;
}

function writeZone(offset: number): string {
  const minutes = Math.abs(offset) / 60;
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${pad(minutes % 60)}`;
}

/** From 0. */
function dayOfYear(date: Instant): number {
  const day = (year: number, month: number, dayOfMonth: number) => utcOf(year, month, dayOfMonth);
  return (day(date.getFullYear(), date.getMonth(), date.getDate()) - day(date.getFullYear(), 0, 1)) / DAY_MS;
}

/** The week with the Thursday, and its year (ISO 8601). */
function isoWeek(date: Instant): { year: number; week: number } {
  const thursday = toDate(
    utcOf(date.getFullYear(), date.getMonth(), date.getDate() + 4 - (date.getDay() || 7)) / 1000,
  );
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - utcOf(year, 0, 1)) / DAY_MS / 7) + 1 };
}

/** Milliseconds since 1970 of a day's beginning, as if local time were UTC. */
function utcOf(year: number, month: number, day: number): number {
  const date = toDate(0);
  date.setUTCFullYear(year, month, day);
  return date.getTime();
}
