import type { Entry } from '../../file/tree';
import { changed, dropped, TAKEN } from '../line-report';
import type { AppReader } from './app-reader';
import { cronOf } from './cron';

/* When pm2 starts a program again. Times are milliseconds there. */

/** `min_uptime` and `max_restarts` without a line. */
const MIN_UPTIME = 1000;
const MAX_RESTARTS = 16;
/** The growing pause of `exp_backoff_restart_delay`. */
const FACTOR = 1.5;
const LONGEST_PAUSE = 15_000;
const RESET_AFTER = 30_000;
/** pm2 starts again at once; so short a pause differs little, and spares a machine whose program cannot start. */
const SHORTEST_PAUSE = 100;
/** Every run is shorter: the pause comes after each. */
const ALWAYS = '3650d';

/** Reads whether and when a program that has ended is started again. */
export function readRestarts(app: AppReader): Entry[] {
  const codes = app.list('stop_exit_codes').map(code => Number.parseInt(code, 10));
  if (codes.some(code => !(code >= 0 && code <= 255)))
    throw app.fault('stop_exit_codes', 'must be numbers from 0 to 255');
  const most = app.number('max_restarts') ?? MAX_RESTARTS;
  const keys = [
    'stop_exit_codes',
    'max_restarts',
    'min_uptime',
    'restart_delay',
    'exp_backoff_restart_delay',
  ];
  const cause = !app.flag('autorestart', true) ? 'autorestart' : most === 0 ? 'max_restarts' : null;
  for (const key of ['autorestart', ...keys]) app.judge(key, TAKEN);
  if (cause !== null) {
    for (const key of keys)
      if (key !== cause) app.judge(key, dropped(`no end is followed by a start (${cause})`));
    return cronOf(app) === null || cause !== 'autorestart' ? [app.entry('once', 'on', cause)] : [];
  }
  return [app.entry('exit-codes', codes.join(','), 'stop_exit_codes'), ...readPauses(app, Math.ceil(most))];
}

function readPauses(app: AppReader, most: number): Entry[] {
  const uptime = readUptime(app);
  const growing = app.number('exp_backoff_restart_delay') || null;
  const fixed = app.number('restart_delay') || 0;
  const first = growing ?? fixed;
  const isEndless = !givesUp({ uptime, most, first, factor: growing === null ? 1 : FACTOR });
  const pauseKey = growing === null ? 'restart_delay' : 'exp_backoff_restart_delay';
  const end = isEndless
    ? app.entry('forever', 'on', first > 0 ? pauseKey : 'min_uptime')
    : app.entry('attempts', String(most), 'max_restarts');
  if (isEndless && first > 0) {
    const never = dropped('with such a pause pm2 never stops trying either');
    app.judge('max_restarts', never);
    if (growing !== null || fixed > 0) app.judge('min_uptime', never);
  }
  if (growing !== null) {
    app.judge('restart_delay', dropped('exp_backoff_restart_delay replaces it'));
    return [
      end,
      app.entry('backoff-first', ms(Math.min(growing, LONGEST_PAUSE)), pauseKey),
      app.entry('backoff-factor', String(FACTOR), pauseKey),
      app.entry('backoff-limit', ms(LONGEST_PAUSE), pauseKey),
      app.entry(
        'backoff-reset',
        ms(isEndless ? RESET_AFTER : Math.max(1, uptime)),
        isEndless ? pauseKey : 'min_uptime',
      ),
    ];
  }
  const pause = Math.max(SHORTEST_PAUSE, fixed);
  if (fixed > 0 && !isEndless)
    app.judge('restart_delay', changed('there is no pause after a run of min_uptime or more'));
  const reset = isEndless && fixed > 0 ? ALWAYS : ms(Math.max(1, uptime));
  return [
    end,
    app.entry('backoff-first', ms(pause), pauseKey),
    app.entry('backoff-factor', '1', pauseKey),
    app.entry('backoff-limit', ms(Math.max(1000, pause)), pauseKey),
    app.entry('backoff-reset', reset, isEndless && fixed > 0 ? pauseKey : 'min_uptime'),
  ];
}

/** Milliseconds; `5s`, `1m` and `2h` have a unit. */
function readUptime(app: AppReader): number {
  const text = app.text('min_uptime');
  if (text === undefined) return MIN_UPTIME;
  const [, digits, unit = ''] = /^(\d+)([hms]?)$/.exec(text.trim()) ?? [];
  if (digits === undefined)
    throw app.fault('min_uptime', 'must be milliseconds, or a time such as 5s, 1m or 2h');
  return Math.min(Number(digits) * { '': 1, s: 1000, m: 60_000, h: 3_600_000 }[unit]!, 1_000_000_000);
}

/**
 * Whether a program that ends at once is ever given up: pm2 counts short runs only within `min_uptime` times
 * `max_restarts` of the first start, and pauses take of that time.
 */
function givesUp({
  uptime,
  most,
  first,
  factor,
}: {
  uptime: number;
  most: number;
  first: number;
  factor: number;
}): boolean {
  if (most > MANY) return false;
  let time = 0;
  let pause = first;
  for (let count = 1; count < most; count += 1) {
    time += pause;
    if (time >= uptime * most) return false;
    pause = Math.min(pause * factor, LONGEST_PAUSE);
  }
  return uptime > 0;
}

/** No counter of zd has more digits; and so many are as good as no end. */
const MANY = 1_000_000;

/** A time in milliseconds as zd writes it. */
export function ms(milliseconds: number): string {
  const whole = Math.ceil(milliseconds);
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
}
