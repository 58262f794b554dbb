import type { Ending } from '../../system/signals';
import { clean } from './cleaning';
import { log, logEnding } from './effects';
import { finish, mustHold } from './finishing';
import {
  countEarly,
  givesUp,
  isEarly,
  isFinal,
  isHopeless,
  pauseAfter,
  SHORTEST_START_INTERVAL,
} from './restart-rule';
import { endRound, isRound } from './round';
import { enter, launch } from './starting';
import { clear } from './stopping';
import type { Effect, Ended, Lifecycle, Moment, Outcome, Step } from './types';

/* What follows the end of a run that nobody requested. */

/** An exit that was not requested; leftovers keep ports and files, so they must exit before anything else is decided. */
export function end(
  life: Lifecycle,
  { ending, leftovers }: { ending: Ending; leftovers?: boolean },
  at: Moment,
): Step {
  const uptime = at.now - (life.startedAt ?? at.now);
  const isOver = life.name !== 'resumed' && !isRound(at.rules) && isFinal(ending, at.rules);
  const before = [logEnding({ ending }, isOver)];
  const during = life.name as Ended['during'];
  const { hasAfterExit } = at.rules;
  if (!leftovers && !hasAfterExit) return decide(life, { ending, during, uptime }, before, at);
  const ended = { ending, during, uptime };
  const over: Lifecycle = { ...life, paused: null, ended, hookDue: hasAfterExit };
  const effects: Effect[] = [...before, { do: 'dismiss' }];
  return leftovers ? clear(over, effects, at) : clean(over, effects);
}

/** What follows when nothing of the run is left. */
export function endAfterSweep(life: Lifecycle, before: Effect[], at: Moment): Step {
  const { ended } = life;
  if (!ended) return enter(life, before, at);
  return decide({ ...life, name: ended.during, ended: null }, ended, before, at);
}

/** First what was asked for, then failure-codes and exit-codes, then the limit on restarts (zdaemon). */
export function decide(life: Lifecycle, ended: Ended, before: Effect[], at: Moment): Step {
  const { ending, forced = false } = ended;
  const { rules } = at;
  const down: Lifecycle = { ...life, pid: null, deadline: null, paused: null };
  const effects: Effect[] = [...before, { do: 'dismiss' }, { do: 'disarm' }];
  if (life.isLast) return finish(down, 0, 'stopped', [...effects, log('info', 'Exiting')], at);
  if (life.name === 'resumed' && !forced) return launch(down, [...before, { do: 'dismiss' }], at);
  if (!forced && isHopeless(ending, rules)) {
    const text = 'the end is in failure-codes; not starting again';
    return finish(down, 1, 'failed', [...effects, log('critical', text)], at);
  }
  if (isRound(rules)) return endRound(down, ended, effects, at);
  const how: Outcome = ending.signal === null ? 'ended' : 'killed';
  if (!forced && isFinal(ending, rules)) return finish(down, ending.code ?? 1, how, effects, at);
  if (life.once || rules.once) {
    const isUnborn = ending.code === null && ending.signal === null;
    return finish(down, ending.code ?? 1, isUnborn ? 'failed' : how, effects, at);
  }
  down.crashes += 1;
  if (mustHold(down, at)) return finish(down, 1, 'failed', effects, at);
  return startAgain(down, ended.uptime, effects, at);
}

function startAgain(down: Lifecycle, uptime: number, effects: Effect[], at: Moment): Step {
  const { now, rules } = at;
  const isQuick = isEarly(uptime, rules);
  const backoff = isQuick ? countEarly(down.backoff) : 0;
  if (isQuick && givesUp(backoff, rules)) return giveUp(down, backoff, effects, at);
  if (down.name === 'starting') effects.push({ do: 'reportStartFailed', retry: true });
  const pause = isQuick ? pauseAfter(backoff, rules) : 0;
  if (pause > 0) effects.push(log('info', `sleep ${shorten(pause)} to avoid rapid restarts`));
  const isUnpaused = !isQuick || rules.backoffLimit < SHORTEST_START_INTERVAL;
  const soonest = isUnpaused ? (down.startedAt ?? now) + SHORTEST_START_INTERVAL : now;
  const next = Math.max(now + pause, soonest);
  if (next <= now) return launch({ ...down, backoff }, effects, at);
  return pauseUntil(next, { ...down, backoff }, effects);
}

function giveUp(down: Lifecycle, early: number, effects: Effect[], at: Moment): Step {
  const { attempts, attemptsPause } = at.rules;
  const times = `after ${early} early ${early === 1 ? 'end' : 'ends'} in a row`;
  if (attemptsPause !== null) {
    effects.push(log('critical', `giving up ${times}; beginning anew in ${shorten(attemptsPause)} s`));
    if (down.name === 'starting') effects.push({ do: 'reportStartFailed', retry: true });
    return pauseUntil(at.now + attemptsPause, { ...down, backoff: early - 1, outcome: 'gave-up' }, effects);
  }
  const text = attempts === null ? 'restarting too frequently; quit' : `giving up ${times}; quit`;
  return finish({ ...down, backoff: early - 1 }, 1, 'gave-up', [...effects, log('critical', text)], at);
}

function pauseUntil(at: number, down: Lifecycle, effects: Effect[]): Step {
  return { life: { ...down, name: 'backoff', deadline: at }, effects: [...effects, { do: 'arm', at }] };
}

function shorten(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
