import type { Entry } from '../../file/tree';
import { changed, dropped, TAKEN } from '../line-report';
import type { AppReader } from './app-reader';

/**
 * Reads `cron_restart`. A program that is not restarted otherwise is one on a schedule; one that is always up can only be
 * restarted at intervals.
 */
export function readCron(app: AppReader): Entry[] {
  const cron = cronOf(app);
  app.judge('cron_restart', TAKEN);
  if (cron === null) return [];
  if (!app.flag('autorestart', true)) {
    app.judge(
      'cron_restart',
      changed('the first run is at the first of these times, not at the start', true),
    );
    return [app.entry('run-at', cron, 'cron_restart')];
  }
  const every = intervalOf(cron);
  if (every === null) {
    app.judge('cron_restart', dropped('zd restarts at intervals only (restart-every)', true));
    return [];
  }
  app.judge('cron_restart', changed(`it is restarted ${every} after its start, not at a time of day`, true));
  return [app.entry('restart-every', every, 'cron_restart')];
}

/** The expression; null for none, and for `0`, which turns it off. */
export function cronOf(app: AppReader): string | null {
  const cron = app.text('cron_restart')?.trim() ?? '';
  return cron === '' || cron === '0' ? null : cron;
}

/** The interval of an expression that has one. */
function intervalOf(cron: string): string | null {
  const fields = cron.split(/\s+/);
  const [minute = '', hour = '', ...days] =
    fields.length === 6 && fields[0] === '0' ? fields.slice(1) : fields;
  if (days.length !== 3 || days.some(day => day !== '*')) return null;
  const isFixed = (field: string) => /^\d+$/.test(field);
  if (isFixed(minute) && isFixed(hour)) return '1d';
  if (isFixed(minute)) return readStep(hour, 'h');
  return hour === '*' ? readStep(minute, 'm') : null;
}

function readStep(field: string, unit: string): string | null {
  if (field === '*') return `1${unit}`;
  const step = /^\*\/(\d+)$/.exec(field)?.[1];
  return step === undefined || Number(step) === 0 ? null : `${Number(step)}${unit}`;
}
