import type { News } from '../../protocol/events';
import type { Event, Lifecycle, StateName } from '../lifecycle/types';

/**
 * Derives what a step of the lifecycle means for subscribers, so that nobody has to report by hand what a step says.
 *
 * @param before the state before the step
 * @param life the state after it
 * @param event what led to it
 * @returns the events, in order; causes and times are added by whoever knows them
 */
export function newsOf(before: Lifecycle, life: Lifecycle, event: Event): News[] {
  return [
    ...newsOfProgram(before, life, event),
    ...newsOfRequest(before, life),
    ...newsOfPause(before, life),
    ...newsOfReadiness(before, life, event),
    ...newsOfSchedule(before, life),
    ...newsOfOutcome(before, life),
  ];
}

function newsOfProgram(before: Lifecycle, life: Lifecycle, event: Event): News[] {
  if (life.name === 'preparing' && before.name !== 'preparing') return [{ event: 'starting', pid: null }];
  switch (event.name) {
    case 'spawned':
      return life.pid === null ? [] : [{ event: 'starting', pid: life.pid }];
    case 'spawnFailed':
      return [{ event: 'exited', pid: null, code: null, signal: null, reason: event.reason }];
    case 'exited': {
      const { code, signal, core } = event.ending;
      return [{ event: 'exited', pid: before.pid, code, signal, ...(core ? { core } : {}) }];
    }
    default:
      return [];
  }
}

/** A stop of a program that is down already is not news until it is over. */
function newsOfRequest(before: Lifecycle, life: Lifecycle): News[] {
  const isEnding = (name: StateName) => name === 'stopping' || name === 'restarting';
  if (life.name === before.name || !isEnding(life.name) || before.pid === null) return [];
  return [{ event: life.name as 'stopping' | 'restarting', pid: before.pid }];
}

function newsOfPause(before: Lifecycle, { paused, pid }: Lifecycle): News[] {
  if ((paused === null) === (before.paused === null) || pid === null) return [];
  return [{ event: paused === null ? 'continued' : 'paused', pid }];
}

/** `until` is on the monotonic clock. */
function newsOfSchedule(before: Lifecycle, { name, deadline }: Lifecycle): News[] {
  if (name !== 'waiting' || deadline === null) return [];
  return before.name === 'waiting' && before.deadline === deadline
    ? []
    : [{ event: 'waiting', until: deadline }];
}

function newsOfReadiness(before: Lifecycle, life: Lifecycle, event: Event): News[] {
  const { pid } = life;
  const news: News[] = [];
  if (event.name === 'tested' && life.tested && !before.tested && pid !== null)
    news.push({ event: 'ready', pid });
  if (event.name === 'notReady' && !life.tested) news.push({ event: 'not-ready', pid, reason: event.reason });
  if (event.name === 'unprepared') news.push({ event: 'not-ready', pid: null, reason: event.reason });
  // A start has cancelled a stop.
  if (life.name === 'resumed' && before.name !== 'resumed') news.push({ event: 'started', pid });
  if (life.name === 'running' && before.name === 'starting') news.push({ event: 'started', pid });
  return news;
}

function newsOfOutcome(before: Lifecycle, life: Lifecycle): News[] {
  const { outcome } = life;
  if (outcome === before.outcome || outcome === null) return [];
  const isFailure = outcome === 'failed' || outcome === 'gave-up';
  return [isFailure ? { event: outcome } : { event: 'stopped', outcome }];
}
