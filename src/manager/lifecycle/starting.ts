import { FIRST_LOOK } from './boot';
import { log } from './effects';
import { clear } from './stopping';
import type { Effect, Lifecycle, Moment, Rules, Step } from './types';

/* The moves of a start, from the request until the program counts as up. */

/** Starts the program, once everything is there that it waits for. */
export function launch(life: Lifecycle, before: Effect[], { rules }: Pick<Moment, 'rules'>): Step {
  const fresh: Lifecycle = {
    ...life,
    name: 'starting',
    wanted: 'up',
    pid: null,
    deadline: null,
    lived: false,
    boot: null,
    tested: false,
    outcome: null,
    ended: null,
    paused: null,
    attempts: life.attempts + 1,
  };
  if (rules.hasPreparation)
    return { life: { ...fresh, name: 'preparing' }, effects: [...before, { do: 'prepare' }] };
  return { life: fresh, effects: [...before, { do: 'spawn' }] };
}

/** A start while no program is up. What an earlier run left behind is ended first: it may hold ports and files. */
export function begin(
  life: Lifecycle,
  { leftovers = false, once = false }: { leftovers?: boolean; once?: boolean | undefined },
  at: Moment,
): Step {
  const calm: Lifecycle = {
    ...life,
    backoff: 0,
    crashes: 0,
    once,
    step: 0,
    failure: null,
    isLast: false,
    parting: null,
  };
  if (leftovers) return clear({ ...calm, wanted: 'up', ended: null }, [], at);
  return enter(calm, life.deadline === null ? [] : [{ do: 'disarm' }], at);
}

/** With `run-at`, a start only sets the schedule. */
export function enter(life: Lifecycle, before: Effect[], at: Pick<Moment, 'rules'>): Step {
  if (at.rules.runAt === null) return launch({ ...life, step: 0, failure: null }, before, at);
  return awaitTime(life, before);
}

/** Waits for the next time of the schedule. */
export function awaitTime(life: Lifecycle, before: Effect[]): Step {
  return {
    life: {
      ...life,
      name: 'waiting',
      wanted: 'up',
      pid: null,
      deadline: null,
      ended: null,
      outcome: null,
      step: 0,
    },
    effects: [...before, { do: 'schedule' }],
  };
}

export function spawned(life: Lifecycle, pid: number, { now, rules }: Moment): Step {
  // With `auto`, the first deadline is the first look at it.
  const seconds = rules.startSeconds === 'auto' ? FIRST_LOOK : rules.startSeconds;
  const up: Lifecycle = {
    ...life,
    pid,
    startedAt: now,
    lived: seconds === 0,
    boot: null,
    tested: !rules.hasReadiness,
    deadline: seconds === 0 ? null : now + seconds,
  };
  const effects: Effect[] = [log('info', `spawned process pid=${pid}`)];
  if (rules.hasReadiness) effects.push({ do: 'test' });
  if (up.deadline !== null) effects.push({ do: 'arm', at: up.deadline });
  return settle(up, effects, rules);
}

/** A start succeeds once the program has lived for start-seconds and is ready. */
export function settle(life: Lifecycle, effects: Effect[], { runTimeout }: Pick<Rules, 'runTimeout'>): Step {
  if (!life.lived || !life.tested) return { life, effects };
  const deadline = runTimeout === null || life.startedAt === null ? null : life.startedAt + runTimeout;
  const timed: Effect[] = deadline === null || life.paused !== null ? [] : [{ do: 'arm', at: deadline }];
  return {
    life: { ...life, name: 'running', deadline },
    effects: [...effects, ...timed, { do: 'attend' }, { do: 'reportStarted' }],
  };
}

/** The program has lived for start-seconds. */
export function settleAge(life: Lifecycle, rules: Rules): Step {
  return settle({ ...life, lived: true, deadline: null, boot: null }, [{ do: 'disarm' }], rules);
}
