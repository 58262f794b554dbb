import { clean, clearAfterHook } from './cleaning';
import { leave, log, refuseStart } from './effects';
import { endAfterSweep } from './ending';
import { type Row, unchanged, whileDown } from './rows';
import type { Effect, Lifecycle, Moment, Step } from './types';

/* The states between the end of a run and what follows it. */

const whileEnding = {
  ...whileDown,
  start: (life, { once = false }) => wantUp(life, once),
  restart: life => wantUp(life, false),
  leave: (life, { status }) => refuseStart({ ...life, wanted: 'down', leaveStatus: status, ended: null }),
} satisfies Partial<Row>;

export const endedRows: Record<'sweeping' | 'cleaning', Row> = {
  sweeping: {
    ...whileEnding,
    stop: (life, { now }) => {
      const urgent: Effect[] = now ? [{ do: 'disarm' }, { do: 'killGroup' }] : [];
      return wantDown(now ? { ...life, deadline: null } : life, urgent);
    },
    deadline: life => ({
      life: { ...life, deadline: null },
      effects: [{ do: 'disarm' }, { do: 'killGroup' }],
    }),
    groupGone: (life, { survivors = [] }, at) => {
      const before: Effect[] = [{ do: 'disarm' }];
      if (survivors.length > 0) before.push(log('error', `cannot kill ${survivors.join(', ')}, left behind`));
      if (life.hookDue) return clean(life, before);
      return conclude(life, before, at, survivors);
    },
  },
  cleaning: {
    ...whileEnding,
    stop: (life, { now }) => wantDown(life, now ? [{ do: 'endAfterExit' }] : []),
    deadline: unchanged,
    groupGone: unchanged,
    cleaned: (life, { leftovers = false }, at) =>
      leftovers ? clearAfterHook(life, at) : conclude({ ...life, hookDue: false }, [], at),
  },
};

function wantUp(life: Lifecycle, once: boolean): Step {
  if (life.leaveStatus !== null) return refuseStart(life);
  const effects: Effect[] = life.wanted === 'up' && !life.isLast ? [] : [{ do: 'reportStopCancelled' }];
  const again: Lifecycle = {
    ...life,
    wanted: 'up',
    backoff: 0,
    crashes: 0,
    ended: null,
    isLast: false,
    once,
  };
  return { life: again, effects };
}

function wantDown(life: Lifecycle, urgent: Effect[]): Step {
  return {
    life: { ...life, wanted: 'down', ended: null, isLast: false },
    effects: [{ do: 'reportStartCancelled' }, ...urgent],
  };
}

/** Nothing of the run is left, and after-exit has run. */
function conclude(life: Lifecycle, before: Effect[], at: Moment, survivors: readonly number[] = []): Step {
  const outcome = life.wanted === 'up' ? null : (life.outcome ?? 'stopped');
  const calm: Lifecycle = { ...life, deadline: null, outcome };
  if (life.wanted === 'up') return endAfterSweep(calm, before, at);
  const stopped: Effect = survivors.length > 0 ? { do: 'reportStopped', survivors } : { do: 'reportStopped' };
  if (life.leaveStatus === null && at.rules.hangAround)
    return { life: { ...calm, name: 'idle' }, effects: [...before, stopped] };
  return leave(calm, life.leaveStatus ?? 0, [...before, log('info', 'Exiting'), stopped]);
}
