/** The only access to time: all other code gets a Clock as an argument. */
export interface Clock {
  /** Seconds on the monotonic clock, for delays and deadlines. Steps of the wall clock do not affect it. */
  now(): number;
  /** Seconds since 1970 on the wall clock, for display only. */
  wall(): number;
  /** Calls `action` once, no earlier than `seconds` from now. Returns a function that cancels the call. */
  after(seconds: number, action: () => void): () => void;
}

/** setTimeout fires immediately if its delay does not fit in 31 bits, so longer waits are split. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: readMonotonic,
  wall: () => Date.now() / 1000,
  after(seconds, action) {
    const due = readMonotonic() + seconds;
    let cancel: () => void;
    const look = () => (readMonotonic() < due ? arm() : action());
    const arm = () => {
      const left = (due - readMonotonic()) * 1000;
      // Timers count whole milliseconds, and up to two of them come on top; turns of the loop do not.
      if (left < 1) {
        const turn = setImmediate(look);
        cancel = () => clearImmediate(turn);
      } else {
        const timer = setTimeout(look, Math.min(Math.floor(left), LONGEST_TIMER_MS));
        cancel = () => clearTimeout(timer);
      }
    };
    arm();
    return () => cancel();
  },
};

/** Not performance.now(): loading its module takes longer than a request to a manager. */
function readMonotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds + nanoseconds / 1e9;
}

/**
 * Waits.
 *
 * @param seconds the duration
 * @param clock the system clock by default
 * @returns a promise that resolves after that time
 */
export function sleep(seconds: number, clock: Pick<Clock, 'after'> = systemClock): Promise<void> {
  return new Promise(resolve => clock.after(seconds, resolve));
}

/**
 * The same, but no longer than until a signal aborts.
 *
 * @returns whether it has not aborted
 */
export async function sleepUnlessAborted(
  seconds: number,
  clock: Pick<Clock, 'after'>,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return false;
  await new Promise<void>(resolve => {
    const wake = () => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(seconds, wake);
    signal.addEventListener('abort', wake, { once: true });
  });
  return !signal.aborted;
}

/**
 * Formats a time as local time, for people.
 *
 * @param seconds since 1970
 * @returns `2026-11-20T22:46:54`
 */
export function formatLocalTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/**
 * Formats a time as local time with milliseconds and the zone's offset (ISO 8601), for machines.
 *
 * @param seconds since 1970
 * @returns `2026-11-20T22:46:54.123+01:00`
 */
export function formatIsoTime(seconds: number): string {
  const offset = zoneOffset(seconds);
  const two = (number: number) => String(number).padStart(2, '0');
  const minutes = Math.abs(offset) / 60;
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return new Date(Math.floor((seconds + offset) * 1000)).toISOString().replace('Z', zone);
}

/**
 * The offset of local time from UTC.
 *
 * @param seconds since 1970
 * @returns seconds, a multiple of 60; positive east of Greenwich
 */
export function zoneOffset(seconds: number): number {
  return -new Date(seconds * 1000).getTimezoneOffset() * 60;
}

/**
 * When a time of the monotonic clock will be on the wall clock.
 *
 * @param at seconds on the monotonic clock
 * @returns seconds since 1970, rounded, so that a whole second is not shown as the one before
 */
export function wallTimeOf(at: number, clock: Pick<Clock, 'now' | 'wall'>): number {
  return Math.round((clock.wall() + at - clock.now()) * 100) / 100;
}

/** For libraries that want a date. @param seconds since 1970 */
export function toDate(seconds: number): Date {
  return new Date(seconds * 1000);
}

/**
 * Parses a time in ISO 8601 format.
 *
 * @param text `2026-11-20`, optionally with a time and a zone; local time without a zone
 * @returns seconds since 1970, or null if the text has another format
 */
export function parseIsoTime(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return null;
  // JavaScript would parse a date without a time as UTC.
  const milliseconds = new Date(text.includes('T') ? text : `${text}T00:00`).getTime();
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}
