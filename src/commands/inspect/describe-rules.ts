import type { Settings } from '../../settings/settings';
import { longestStop, stopPlan } from '../../settings/value-types/signals';
import { quoteWords } from '../../system/words';

/** `TERM 20s, INT 10s, KILL; at most 30 s until KILL`. */
export function describeStop(settings: Settings): string {
  const { stopProgram, stopSignals } = settings;
  const longest = longestStop(settings);
  const limit = longest === null ? 'without a limit' : `at most ${longest} s until KILL`;
  const first = stopProgram === null ? '' : `${quoteWords(stopProgram)}, then `;
  return `${first}${stopPlan.format(stopSignals)}; ${limit}`;
}

/** `unless it exits with 0 or 2; and gives up after 10 quick exits in a row`. */
export function describeRestarts(settings: Settings): string {
  const { exitCodes, failureCodes, once, attemptsPause } = settings;
  if (once) return 'never (once)';
  const final = [...exitCodes, ...failureCodes].join(' or ') || 'nothing in particular';
  const most = countEarly(settings);
  const again = attemptsPause === null ? '' : `, and begins anew after ${attemptsPause} s`;
  const givesUp =
    most === null ? 'and never gives up' : `and gives up after ${most} quick exits in a row${again}`;
  return `unless it exits with ${final}; ${givesUp}`;
}

/** After so many early ends in a row the manager gives up; null if it never does. */
function countEarly({
  attempts,
  forever,
  backoffLimit,
  backoffFirst,
  backoffFactor,
}: Settings): number | null {
  if (attempts !== null) return attempts;
  if (forever || (backoffFactor === 1 && backoffFirst < backoffLimit)) return null;
  if (backoffFactor === null) return Math.max(1, Math.ceil(backoffLimit - backoffFirst) + 1);
  let count = 1;
  for (let pause = backoffFirst; pause < backoffLimit; pause *= backoffFactor) count += 1;
  return count;
}
