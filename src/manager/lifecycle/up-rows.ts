import { judgeBoot } from './boot';
import { log } from './effects';
import { decide, end } from './ending';
import { isRound } from './round';
import { cannotHappen, type Row, unchanged } from './rows';
import { settle, settleAge, spawned } from './starting';
import { terminate } from './stopping';
import type { Effect, Ended, Lifecycle, Moment, Step } from './types';

/* The states in which the program is up, or is about to be. */

const UNKNOWN = { code: null, signal: null };

const whileUp = {
  start: (life, { once = false }) => ({ life: { ...life, once, isLast: false }, effects: keepUp(life) }),
  stop: (life, { now, afterRun }, at) =>
    afterRun && !life.isLast && now !== true
      ? { life: { ...life, isLast: true }, effects: [] }
      : terminate({ ...life, wanted: 'down', isLast: false }, 'stopping', at, { now }),
  restart: (life, _, at) => {
    const again: Lifecycle = { ...life, wanted: 'up', backoff: 0, crashes: 0, once: false, isLast: false };
    const { effects, ...step } = terminate({ ...again, step: 0, failure: null }, 'restarting', at);
    return { ...step, effects: [...keepUp(life), ...effects] };
  },
  runNow: unchanged,
  pause: (life, _, { now }) => {
    if (life.paused !== null || life.pid === null) return unchanged(life);
    return { life: { ...life, paused: now }, effects: [{ do: 'holdClocks' }, { do: 'disarm' }] };
  },
  continue: (life, _, { now }) => {
    if (life.paused === null) return unchanged(life);
    const deadline = life.deadline === null ? null : life.deadline + now - life.paused;
    const effects: Effect[] = [{ do: 'releaseClocks' }];
    if (deadline !== null) effects.push({ do: 'arm', at: deadline });
    return { life: { ...life, paused: null, deadline }, effects };
  },
  leave: (life, { status }, at) =>
    terminate({ ...life, wanted: 'down', leaveStatus: status }, 'stopping', at),
  renew: (life, { early = false }, at) => {
    // This run is the last one already.
    if (life.isLast) return terminate({ ...life, wanted: 'down', isLast: false }, 'stopping', at);
    const ended: Ended = { ending: UNKNOWN, during: 'running', uptime: 0, forced: true };
    return terminate({ ...life, ended: early ? ended : null }, 'restarting', at);
  },
  adopted: cannotHappen,
  prepared: cannotHappen,
  unprepared: cannotHappen,
  spawned: cannotHappen,
  spawnFailed: cannotHappen,
  exited: end,
  tested: unchanged,
  notReady: unchanged,
  looked: unchanged,
  stopProgramEnded: unchanged,
  groupGone: unchanged,
  cleaned: unchanged,
  stay: unchanged,
  part: unchanged,
  scheduled: unchanged,
  refused: unchanged,
} satisfies Partial<Row>;

export const upRows: Record<'starting' | 'running' | 'resumed', Row> = {
  starting: {
    ...whileUp,
    renew: unchanged,
    spawned: (life, { pid }, at) => spawned(life, pid, at),
    spawnFailed: (life, { reason }, at) =>
      decide(
        { ...life, startedAt: at.now },
        { ending: UNKNOWN, during: 'starting', uptime: 0 },
        [log('error', `can't exec: ${reason}`)],
        at,
      ),
    deadline: (life, _, { rules }) =>
      rules.startSeconds === 'auto' && !life.lived
        ? { life, effects: [{ do: 'look' }] }
        : settleAge(life, rules),
    looked: (life, look, { now, rules }) => {
      if (life.lived || life.pid === null || life.paused !== null) return unchanged(life);
      const { boot, next } = judgeBoot(life.boot, look, now, life.startedAt ?? now);
      if (next === null) return settleAge(life, rules);
      return { life: { ...life, boot, deadline: next }, effects: [{ do: 'arm', at: next }] };
    },
    tested: (life, _, { rules }) => settle({ ...life, tested: true }, [], rules),
    notReady,
  },
  running: { ...whileUp, deadline: endLateRun },
  resumed: { ...whileUp, deadline: unchanged },
};

/** With start-failure = keep, the start has failed but the program stays up, and may still become ready. */
function notReady(life: Lifecycle, { reason }: { reason: string }, at: Moment): Step {
  if (life.tested || life.pid === null) return unchanged(life);
  if (at.rules.startFailure === 'keep')
    return { life, effects: [{ do: 'reportStartFailed', retry: false, reason }] };
  const ended: Ended = { ending: UNKNOWN, during: 'starting', uptime: 0, forced: true };
  return terminate({ ...life, ended }, 'restarting', at);
}

/** run-timeout is over. */
function endLateRun(life: Lifecycle, _: unknown, at: Moment): Step {
  if (at.rules.runTimeout === null || !isRound(at.rules))
    return { life: { ...life, deadline: null }, effects: [] };
  const uptime = at.now - (life.startedAt ?? at.now);
  const ended: Ended = { ending: UNKNOWN, during: 'running', uptime, forced: true };
  const { effects, ...step } = terminate({ ...life, ended }, 'restarting', at);
  return { ...step, effects: [{ do: 'noteTimeout' }, ...effects] };
}

/** A client that waits for the end of the last run gets no other answer. */
function keepUp({ isLast }: Lifecycle): Effect[] {
  return isLast ? [{ do: 'reportStopCancelled' }] : [];
}
