import { log, refuseStart } from './effects';
import { endsWithKill, findEnd, planStop, STOP_PROGRAM } from './stop-plan';
import type { Effect, Lifecycle, Moment, Step } from './types';

/* The moves of a stop: of the program by its plan, then of what it has left behind. */

/** Seconds that leftovers have at least between SIGTERM and SIGKILL, or stop-timeout if that is shorter. */
export const GROUP_GRACE = 5;

/** @param life with what is to follow: `wanted`, `ended`, `leaveStatus` */
export function terminate(
  life: Lifecycle,
  name: 'stopping' | 'restarting',
  at: Moment,
  { now: isUrgent = false }: { now?: boolean | undefined } = {},
): Step {
  const { rules, now } = at;
  const before: Effect[] = [{ do: 'dismiss' }, { do: 'disarm' }];
  if (life.name === 'starting' && name === 'stopping') before.push({ do: 'reportStartCancelled' });
  const begun: Lifecycle = { ...life, name, deadline: null, refused: false, paused: null };
  if (isUrgent) return goToEnd(begun, before, at);
  if (!rules.hasStopProgram) return enterStage(begun, 0, before, at);
  const deadline = rules.stopTimeout === 0 ? null : now + rules.stopTimeout;
  if (deadline !== null) before.push({ do: 'arm', at: deadline });
  return { life: { ...begun, stage: STOP_PROGRAM, deadline }, effects: [...before, { do: 'stopProgram' }] };
}

/** The time of a stage is over, or stop-program has ended. */
export function advanceStage(life: Lifecycle, before: Effect[], at: Moment): Step {
  const effects: Effect[] = [{ do: 'disarm' }, ...before];
  if (life.stage === STOP_PROGRAM) effects.push({ do: 'endStopProgram' });
  return enterStage({ ...life, deadline: null }, life.stage + 1, effects, at);
}

/** Goes to the end of the plan at once: SIGKILL, or the last signal of a plan without it. */
export function goToEnd(life: Lifecycle, before: Effect[], at: Moment): Step {
  const effects: Effect[] = [...before, { do: 'disarm' }];
  if (life.stage === STOP_PROGRAM && life.name !== 'running') effects.push({ do: 'endStopProgram' });
  const { length } = planStop(at.rules);
  const isKilled = endsWithKill(at.rules);
  return enterStage({ ...life, deadline: null }, isKilled ? length : length - 1, effects, at);
}

/** Asked again to stop: sends the present signal again. */
export function repeatSignal(life: Lifecycle, { rules }: Moment): Step {
  if (life.stage === STOP_PROGRAM) return { life, effects: [] };
  const stage = planStop(rules)[life.stage];
  return { life, effects: [stage ? { do: 'signal', signal: stage.signal } : { do: 'kill' }] };
}

function enterStage(life: Lifecycle, stage: number, before: Effect[], { now, rules }: Moment): Step {
  const plan = planStop(rules);
  const next = plan[stage];
  if (!next) {
    const kill: Effect[] = [log('warn', `sending SIGKILL to pid ${life.pid}`), { do: 'kill' }];
    return { life: { ...life, stage, deadline: null }, effects: [...before, ...kill] };
  }
  const isLast = stage === plan.length - 1 && !endsWithKill(rules);
  const deadline = next.seconds === null || isLast ? null : now + next.seconds;
  const effects = [...before];
  if (deadline !== null) effects.push({ do: 'arm', at: deadline });
  return { life: { ...life, stage, deadline }, effects: [...effects, { do: 'signal', signal: next.signal }] };
}

/**
 * The program has exited. Its leftovers must exit too before a stop is reported; they have what is left of the plan,
 * because the user granted that to the program, of which they may be the larger part.
 */
export function sweep(life: Lifecycle, before: Effect[], { now, rules }: Moment): Step {
  const { stopTimeout } = rules;
  const least = now + (stopTimeout === 0 ? GROUP_GRACE : Math.min(GROUP_GRACE, stopTimeout));
  const granted = life.pid === null ? now + stopTimeout : (findEnd(life, rules) ?? least);
  const isLimited = endsWithKill(rules);
  const deadline = isLimited ? Math.max(granted, least) : null;
  const effects: Effect[] = [...before, { do: 'disarm' }];
  if (life.stage === STOP_PROGRAM && life.pid !== null) effects.push({ do: 'endStopProgram' });
  if (deadline !== null) effects.push({ do: 'arm', at: deadline });
  return { life: { ...life, name: 'sweeping', pid: null, deadline }, effects: [...effects, { do: 'sweep' }] };
}

/** Leftovers are in the way of the next start, so they get SIGKILL even if stop-timeout is 0. */
export function clear(life: Lifecycle, before: Effect[], { now, rules }: Moment): Step {
  const { stopTimeout } = rules;
  const deadline = now + (stopTimeout === 0 ? GROUP_GRACE : Math.min(GROUP_GRACE, stopTimeout));
  return {
    life: { ...life, name: 'sweeping', pid: null, deadline },
    effects: [...before, { do: 'disarm' }, { do: 'arm', at: deadline }, { do: 'sweep' }],
  };
}

/** The program cannot be signalled, so it stays up; if it exits on its own, what was requested follows. */
export function refuse(life: Lifecycle, reason: string): Step {
  const before: Effect[] = [{ do: 'disarm' }];
  if (life.stage === STOP_PROGRAM) before.push({ do: 'endStopProgram' });
  if (life.name === 'restarting')
    return {
      life: { ...life, name: 'resumed', deadline: null, ended: null },
      effects: [...before, { do: 'reportStartFailed', retry: false, reason }, { do: 'attend' }],
    };
  return {
    life: { ...life, deadline: null, refused: true },
    effects: [...before, { do: 'reportStopFailed', reason }],
  };
}

/** A start while a stop is under way: what has been sent cannot be taken back, so an exit is followed by a start. */
export function cancelStop(life: Lifecycle): Step {
  if (life.leaveStatus !== null) return refuseStart(life);
  const effects: Effect[] = [{ do: 'disarm' }];
  if (life.stage === STOP_PROGRAM) effects.push({ do: 'endStopProgram' });
  return {
    life: { ...life, name: 'resumed', wanted: 'up', backoff: 0, deadline: null, isLast: false, once: false },
    effects: [...effects, { do: 'attend' }, { do: 'reportStopCancelled' }, { do: 'reportStarted' }],
  };
}
