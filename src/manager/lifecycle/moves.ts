import type { Ending } from '../../system/signals';
import type { Effect, Lifecycle, Outcome, Rules, Step } from './types';

/* The moves that the cells in `table.ts` share; as pure as the table. */

/** Minimum seconds between two automatic starts; it applies when `backoff-limit` is lower. */
export const SHORTEST_START_INTERVAL = 1;
/** Seconds that leftovers have at least between SIGTERM and SIGKILL, or stop-timeout if that is shorter. */
export const GROUP_GRACE = 5;

/** The time of a step, in seconds on the monotonic clock, and the rules that apply to it. */
export interface Moment {
  now: number;
  rules: Rules;
}

export function launch(life: Lifecycle, before: Effect[] = []): Step {
  return {
    life: {
      ...life,
      name: 'starting',
      wanted: 'up',
      pid: null,
      deadline: null,
      lived: false,
      boot: null,
      tested: false,
      outcome: null,
      attempts: life.attempts + 1,
    },
    effects: [...before, { do: 'spawn' }],
  };
}

/** A start while no program is up. What an earlier run left behind is ended first: it may hold ports and files. */
export function begin(life: Lifecycle, { leftovers = false }: { leftovers?: boolean }, at: Moment): Step {
  const calm: Lifecycle = { ...life, backoff: 0, crashes: 0 };
  if (leftovers) return clear({ ...calm, wanted: 'up', ended: null }, [], at);
  return launch(calm, life.deadline === null ? [] : [{ do: 'disarm' }]);
}

/** A start succeeds once the program has lived for start-seconds and passed its start test. */
export function settle(life: Lifecycle, effects: Effect[]): Step {
  if (!life.lived || !life.tested) return { life, effects };
  return { life: { ...life, name: 'running' }, effects: [...effects, { do: 'reportStarted' }] };
}

/** The program has lived for start-seconds. */
export function settleAge(life: Lifecycle): Step {
  return settle({ ...life, lived: true, deadline: null, boot: null }, [{ do: 'disarm' }]);
}

export function terminate(life: Lifecycle, name: 'stopping' | 'restarting', { now, rules }: Moment): Step {
  const deadline = rules.stopTimeout === 0 ? null : now + rules.stopTimeout;
  const effects: Effect[] = [{ do: 'endTest' }, { do: 'disarm' }];
  if (life.name === 'starting' && name === 'stopping') effects.push({ do: 'reportStartCancelled' });
  if (deadline !== null) effects.push({ do: 'arm', at: deadline });
  return { life: { ...life, name, deadline, refused: false }, effects: [...effects, { do: 'terminate' }] };
}

/**
 * The program has exited. Its leftovers must exit too before a stop is reported; they have what is left of
 * stop-timeout, because the user granted that to the program, of which they may be the larger part.
 */
export function sweep(life: Lifecycle, before: Effect[], { now, rules }: Moment): Step {
  const least = now + Math.min(GROUP_GRACE, rules.stopTimeout);
  const granted = life.pid === null ? now + rules.stopTimeout : (life.deadline ?? least);
  const deadline = rules.stopTimeout === 0 ? null : Math.max(granted, least);
  const effects: Effect[] = [...before, { do: 'disarm' }];
  if (deadline !== null) effects.push({ do: 'arm', at: deadline });
  return { life: { ...life, name: 'sweeping', pid: null, deadline }, effects: [...effects, { do: 'sweep' }] };
}

/** An exit that was not requested; leftovers keep ports and files, so they must exit before anything else is decided. */
export function end(life: Lifecycle, { ending, leftovers }: Exit, at: Moment): Step {
  const uptime = at.now - (life.startedAt ?? at.now);
  const before = [logEnding({ ending }, life.name !== 'resumed' && isFinal(ending, at.rules))];
  if (!leftovers) return decide(life, { ending, uptime }, before, at);
  const during = life.name as 'starting' | 'running' | 'resumed';
  return clear({ ...life, ended: { ending, during, uptime } }, [...before, { do: 'endTest' }], at);
}

/** Leftovers are in the way of the next start, so they get SIGKILL even if stop-timeout is 0. */
function clear(life: Lifecycle, before: Effect[], { now, rules }: Moment): Step {
  const { stopTimeout } = rules;
  const deadline = now + (stopTimeout === 0 ? GROUP_GRACE : Math.min(GROUP_GRACE, stopTimeout));
  return {
    life: { ...life, name: 'sweeping', pid: null, deadline },
    effects: [...before, { do: 'disarm' }, { do: 'arm', at: deadline }, { do: 'sweep' }],
  };
}

/** What follows when the leftovers have exited, too. */
export function endAfterSweep(life: Lifecycle, before: Effect[], at: Moment): Step {
  const { ended } = life;
  if (!ended) return launch(life, before);
  return decide({ ...life, name: ended.during, ended: null }, ended, before, at);
}

type Exit = { ending: Ending; leftovers?: boolean };
type Ended = Pick<NonNullable<Lifecycle['ended']>, 'ending' | 'uptime'>;

/** First exit-codes, then the limit on restarts (zdaemon). */
export function decide(
  life: Lifecycle,
  { ending, uptime }: Ended,
  before: Effect[],
  { now, rules }: Moment,
): Step {
  if (life.name === 'resumed') return launch(life, before);
  const down: Lifecycle = { ...life, pid: null, deadline: null };
  const effects: Effect[] = [...before, { do: 'endTest' }, { do: 'disarm' }];
  const failed = life.name === 'starting';
  const mustHold = failed && rules.firstStartMustHold && life.attempts === 1;
  const finish = (status: number, how: Outcome): Step => {
    const outcome = mustHold ? 'failed' : how;
    const last = effects;
    if (failed) last.push({ do: 'reportStartFailed', retry: false });
    if (rules.hangAround && !mustHold) {
      return {
        life: { ...down, name: 'idle', wanted: 'down', outcome },
        effects: [...last, { do: 'reportStopped' }],
      };
    }
    return leave({ ...down, outcome }, status, [...last, { do: 'reportStopped' }]);
  };

  if (isFinal(ending, rules)) return finish(ending.code ?? 1, ending.signal === null ? 'ended' : 'killed');
  down.crashes += 1;
  if (mustHold) return finish(1, 'failed');
  const quick = uptime < rules.backoffLimit;
  const backoff = quick ? Math.min(life.backoff + 1, rules.backoffLimit) : 0;
  if (quick && life.backoff + 1 >= rules.backoffLimit && !rules.forever) {
    effects.push(log('critical', 'restarting too frequently; quit'));
    return finish(1, 'gave-up');
  }
  if (failed) effects.push({ do: 'reportStartFailed', retry: true });
  if (backoff > 0) effects.push(log('info', `sleep ${backoff} to avoid rapid restarts`));
  const soonest = (life.startedAt ?? now) + SHORTEST_START_INTERVAL;
  const next = Math.max(now + backoff, rules.backoffLimit < SHORTEST_START_INTERVAL ? soonest : now);
  if (next <= now) return launch({ ...down, backoff }, effects);
  return {
    life: { ...down, name: 'backoff', backoff, deadline: next },
    effects: [...effects, { do: 'arm', at: next }],
  };
}

export function leave(life: Lifecycle, status: number, before: Effect[]): Step {
  return {
    life: { ...life, name: 'gone', wanted: 'down', pid: null, deadline: null },
    effects: [...before, { do: 'reportStartCancelled' }, { do: 'leave', status }],
  };
}

export function wantUp(life: Lifecycle): Step {
  if (life.leaveStatus !== null) return refuseStart(life);
  const effects: Effect[] = life.wanted === 'up' ? [] : [{ do: 'reportStopCancelled' }];
  return { life: { ...life, wanted: 'up', backoff: 0, crashes: 0, ended: null }, effects };
}

/** The program cannot be signalled, so it stays up; if it exits on its own, what was requested follows. */
export function refuse(life: Lifecycle, reason: string): Step {
  if (life.name === 'restarting')
    return {
      life: { ...life, name: 'resumed', deadline: null },
      effects: [{ do: 'disarm' }, { do: 'reportStartFailed', retry: false, reason }],
    };
  return {
    life: { ...life, deadline: null, refused: true },
    effects: [{ do: 'disarm' }, { do: 'reportStopFailed', reason }],
  };
}

/** A manager that was asked to exit starts nothing more. */
export function refuseStart(life: Lifecycle): Step {
  return { life, effects: [{ do: 'reportStartCancelled' }] };
}

export function log(level: 'info' | 'warn' | 'error' | 'critical', text: string): Effect {
  return { do: 'log', level, text };
}

export function logEnding({ ending }: { ending: Ending }, exiting = false): Effect {
  return exiting ? { do: 'logEnding', ending, exiting } : { do: 'logEnding', ending };
}

/** An end that is not followed by a start (zdaemon). */
function isFinal({ code }: Ending, { exitCodes }: Rules): boolean {
  return exitCodes.includes(code ?? -1);
}
