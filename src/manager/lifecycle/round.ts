import { finish, mustHold } from './finishing';
import { awaitTime, launch } from './starting';
import type { Effect, Ended, Lifecycle, Moment, Rules, Step } from './types';

/* Runs that are repeated by a schedule, and the steps of a round. */

/** Whether ends do not follow the rules of restarting, but those of a schedule or of steps. */
export function isRound({ runEvery, runAt, steps }: Pick<Rules, 'runEvery' | 'runAt' | 'steps'>): boolean {
  return runEvery !== null || runAt !== null || steps > 0;
}

/** A run or step has ended: the next step, the next round, or the end. Only an exit status of 0 is a success. */
export function endRound(down: Lifecycle, ended: Ended, before: Effect[], at: Moment): Step {
  const { rules } = at;
  const { code, signal } = ended.ending;
  const isGood = code === 0 && !ended.forced;
  const effects = [...before];
  const next: Lifecycle = { ...down };
  if (!isGood) {
    next.crashes += 1;
    next.failure = down.failure ?? (code || (signal === null ? 1 : 128 + signal));
    if (mustHold(down, at)) return finish(down, 1, 'failed', effects, at);
  }
  const goesOn = isGood || rules.stepFailure === 'go-on';
  const hasNext = goesOn && down.step + 1 < rules.steps;
  if (!hasNext && rules.runEvery === null && rules.runAt === null)
    return finish(next, next.failure ?? 0, 'ended', effects, at);
  if (down.name === 'starting') effects.push({ do: 'reportStartFailed', retry: true });
  if (hasNext) return waitUntil(at.now + rules.stepPause, { ...next, step: down.step + 1 }, effects, at);
  if (rules.runEvery !== null) return waitUntil(at.now + rules.runEvery, { ...next, step: 0 }, effects, at);
  return awaitTime(next, effects);
}

/** The time until the next run or step has passed, or a user has skipped it. */
export function launchNext(life: Lifecycle, at: Moment): Step {
  return launch(life.step === 0 ? { ...life, failure: null } : life, [{ do: 'disarm' }], at);
}

function waitUntil(until: number, next: Lifecycle, effects: Effect[], at: Moment): Step {
  if (until <= at.now) return launch(next, effects, at);
  return {
    life: { ...next, name: 'waiting', wanted: 'up', deadline: until },
    effects: [...effects, { do: 'arm', at: until }],
  };
}
