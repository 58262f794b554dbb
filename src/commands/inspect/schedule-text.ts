import { hasSchedule } from '../../settings/schedule/what-runs';
import type { Settings } from '../../settings/settings';
import { formatDuration, formatInstant } from './human';

/* What is said of schedules and steps. */

/**
 * What the configuration says of the times of the runs, and of the order of the steps.
 *
 * @param now seconds since 1970
 * @returns the parts of a line; empty for a program without them
 */
export function describeSchedule(settings: Settings, now: number): string[] {
  const { runEvery, runAt, runZone, steps, stepPause, stepFailure } = settings;
  const parts: string[] = [];
  if (runEvery !== null) parts.push(`runs again ${formatDuration(runEvery)} after each end`);
  if (runAt !== null) {
    const { nextTime } =
      require('../../settings/schedule/cron') as typeof import('../../settings/schedule/cron');
    const zone = runZone === null ? '' : ` in ${runZone}`;
    parts.push(`runs at ${runAt}${zone}, next ${formatInstant(nextTime(runAt, runZone, now), now)}`);
  }
  if (steps !== null) {
    if (!hasSchedule(settings)) parts.push('runs once');
    if (stepPause > 0) parts.push(`pauses ${formatDuration(stepPause)} between steps`);
    parts.push(
      stepFailure === 'end' ? 'a step that fails ends the round' : 'goes on after a step that fails',
    );
  }
  return parts;
}
