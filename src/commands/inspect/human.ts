import { formatLocalTime } from '../../system/clock';

/* Times and sizes for people. */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** `0.01 s`, `0.4 s`, `48 s`, `3 min 46 s`, `2 h 14 min`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0.095) return `${Number(seconds.toFixed(2))} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole} s`;
  const [big, small] =
    whole < HOUR ? ([MINUTE, 1] as const) : whole < DAY ? ([HOUR, MINUTE] as const) : ([DAY, HOUR] as const);
  const rest = Math.floor((whole % big) / small);
  const unit = { [MINUTE]: ['min', 's'], [HOUR]: ['h', 'min'], [DAY]: ['d', 'h'] }[big] ?? [];
  return `${Math.floor(whole / big)} ${unit[0]}${rest > 0 ? ` ${rest} ${unit[1]}` : ''}`;
}

/**
 * `at 15:31:07`, or `on 2026-11-25 at 15:31:07` if that is another day.
 *
 * @param seconds since 1970
 * @param now the present time, in the same unit
 */
export function formatInstant(seconds: number, now: number): string {
  const [day, time] = formatLocalTime(seconds).split('T');
  return formatLocalTime(now).startsWith(day ?? '-') ? `at ${time}` : `on ${day} at ${time}`;
}

/** `at 15:31 (12 min ago)`; the seconds matter only in what is to come. */
export function formatPast(seconds: number, now: number): string {
  const instant = formatInstant(seconds, now).slice(0, -3);
  const ago = now - seconds;
  // A clock that was set back.
  return ago < 0 ? instant : `${instant} (${formatDuration(ago)} ago)`;
}

/** `963 bytes`, `18 MiB`. */
export function formatSize(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let power = 0;
  for (; bytes >= 1023.5 && power < units.length - 1; power += 1) bytes /= 1024;
  return `${bytes < 9.95 && power > 0 ? bytes.toFixed(1) : Math.round(bytes)} ${units[power]}`;
}
