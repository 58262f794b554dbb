/** The one door to time: everything else gets a Clock as an argument. */
export interface Clock {
  /** Seconds on the monotonic clock: for delays and deadlines; a step of the wall clock does not change it. */
  now(): number;
  /** Seconds since 1970 on the wall clock: for display only. */
  wall(): number;
  /** Calls `action` once, `seconds` from now; returns the cancellation. Never earlier than asked. */
  after(seconds: number, action: () => void): () => void;
}

/** setTimeout fires at once when its delay does not fit in 31 bits, so longer waits are taken in steps. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: readMonotonic,
  wall: () => Date.now() / 1000,
  after(seconds, action) {
    const due = readMonotonic() + seconds;
    let timer: NodeJS.Timeout;
    const arm = () => {
      const left = Math.ceil((due - readMonotonic()) * 1000);
      if (left <= 0) return action();
      timer = setTimeout(arm, Math.min(left, LONGEST_TIMER_MS));
    };
    timer = setTimeout(arm, Math.max(0, Math.min(Math.ceil(seconds * 1000), LONGEST_TIMER_MS)));
    return () => clearTimeout(timer);
  },
};

/** Not performance.now(), whose module takes longer to load than a request to a manager. */
function readMonotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds + nanoseconds / 1e9;
}

/**
 * Waits.
 *
 * @param seconds how long
 * @param clock the system clock unless given
 * @returns a promise that resolves then
 */
export function sleep(seconds: number, clock: Pick<Clock, 'after'> = systemClock): Promise<void> {
  return new Promise(resolve => clock.after(seconds, resolve));
}

/**
 * The parts of a moment in local time, as people read them.
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
 * A moment in local time with milliseconds and the zone's offset (ISO 8601), fit for sorting by machines.
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
 * How far local time is ahead.
 *
 * @param seconds since 1970
 * @returns seconds; whole minutes
 */
export function zoneOffset(seconds: number): number {
  return -new Date(seconds * 1000).getTimezoneOffset() * 60;
}

/**
 * Reads a moment as ISO 8601 writes it.
 *
 * @param text `2026-11-20`, with a time and a zone or without; local time unless it says otherwise
 * @returns seconds since 1970, or null when it is something else
 */
export function parseIsoTime(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return null;
  // A date alone would be taken for UTC.
  const milliseconds = new Date(text.includes('T') ? text : `${text}T00:00`).getTime();
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}
