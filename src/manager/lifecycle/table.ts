import { leave, log, refuseStart } from './effects';
import { endedRows } from './ended-rows';
import { decide } from './ending';
import { launchNext } from './round';
import { type Row, unchanged, whileDown } from './rows';
import { begin, settle } from './starting';
import { sweep } from './stopping';
import { stoppingRows } from './stopping-rows';
import type { Effect, Event, Lifecycle, Moment, Rules, StateName, Step } from './types';
import { upRows } from './up-rows';

/*
 * The life of one program, as a table: for every state and every event, the next state and the effects to perform.
 * Nothing here reads a clock or touches a process; `now` is seconds on the monotonic clock.
 *
 *   idle        no program and none wanted; only a manager with hang-around stays here, or one whose on-event runs
 *   preparing   wanted up; waits for what must be there before a start (wait-for), or runs before-start
 *   starting    spawned, but start-seconds have not passed or it is not ready yet
 *   running     up, wanted up
 *   resumed     up; a stop was cancelled after its SIGTERM, so an exit is followed by a start immediately
 *   backoff     exited on its own; the next attempt waits for the deadline
 *   waiting     between two runs of a schedule, or two steps
 *   stopping    being stopped by its plan, wanted down
 *   restarting  being stopped by its plan, wanted up
 *   sweeping    the program has exited, its leftovers are being ended; `wanted` determines what follows
 *   cleaning    nothing of the run is left but after-exit, which runs; `wanted` determines what follows
 *   gone        the manager exits; final
 *
 * The rules for restarting and stopping are zdaemon's; docs/design.rst lists where zd differs.
 */

/**
 * Takes one step.
 *
 * @param life the current state; not modified
 * @param event what happened
 * @param now seconds on the monotonic clock
 * @param rules the settings that the lifecycle depends on
 * @returns the next state, and the effects to perform, in order
 */
export function step(life: Lifecycle, event: Event, now: number, rules: Rules): Step {
  const cell = table[life.name][event.name] as (life: Lifecycle, event: Event, at: Moment) => Step;
  return cell(life, event, { now, rules });
}

/** The state before the first event. */
export function newLifecycle(): Lifecycle {
  return {
    name: 'idle',
    wanted: 'down',
    leaveStatus: null,
    pid: null,
    startedAt: null,
    backoff: 0,
    deadline: null,
    lived: false,
    boot: null,
    tested: false,
    crashes: 0,
    outcome: null,
    attempts: 0,
    refused: false,
    ended: null,
    stage: 0,
    once: false,
    paused: null,
    step: 0,
    failure: null,
    isLast: false,
    hookDue: false,
    parting: null,
  };
}

/** No program is up, but one is wanted. */
const whileComing = {
  ...whileDown,
  start: begin,
  restart: begin,
  stop: (life, _, at) =>
    sweep(
      { ...life, wanted: 'down', backoff: 0, outcome: null },
      [{ do: 'dismiss' }, { do: 'reportStartCancelled' }],
      at,
    ),
  leave: (life, { status }, at) =>
    sweep(
      { ...life, wanted: 'down', leaveStatus: status, outcome: null },
      [{ do: 'dismiss' }, { do: 'reportStartCancelled' }],
      at,
    ),
} satisfies Partial<Row>;

const table: { [S in StateName]: Row } = {
  ...upRows,
  ...stoppingRows,
  ...endedRows,
  idle: {
    ...whileDown,
    start: begin,
    restart: begin,
    stop: (life, _, at) => sweep({ ...life, wanted: 'down' }, [], at),
    leave: (life, { status }, at) => sweep({ ...life, wanted: 'down', leaveStatus: status }, [], at),
    stay: stayIdle,
    part: life => (life.parting === null ? unchanged(life) : leave(life, life.parting, [])),
    adopted: (life, { pid, startedAt, ready, crashes = 0, once = false, paused = null }, { rules }) => {
      const tested = ready || !rules.hasReadiness;
      const up: Lifecycle = { ...life, name: 'starting', wanted: 'up', pid, startedAt, lived: true, tested };
      const effects: Effect[] = [log('info', `adopted process pid=${pid}`)];
      if (!tested) effects.push({ do: 'test' });
      const adopted = settle({ ...up, crashes, once, paused, attempts: life.attempts + 1 }, effects, rules);
      if (paused !== null) adopted.effects.push({ do: 'holdClocks' });
      return adopted;
    },
  },
  preparing: {
    ...whileComing,
    start: (life, { once = false }) => ({ life: { ...life, once }, effects: [] }),
    restart: life => ({ life: { ...life, once: false }, effects: [] }),
    prepared: life => ({ life: { ...life, name: 'starting' }, effects: [{ do: 'spawn' }] }),
    unprepared: (life, { reason }, at) =>
      decide(
        { ...life, name: 'starting', startedAt: at.now },
        { ending: { code: null, signal: null }, during: 'starting', uptime: 0, forced: true },
        [log('error', `not started: ${reason}`)],
        at,
      ),
  },
  backoff: {
    ...whileComing,
    // After attempts-pause, all begins anew.
    deadline: (life, _, at) => launchNext(life.outcome === 'gave-up' ? { ...life, backoff: 0 } : life, at),
  },
  waiting: {
    ...whileComing,
    // The request may have brought another schedule.
    start: (life, { once = false }, { rules }) => {
      const again: Effect[] = rules.runAt !== null && life.step === 0 ? [{ do: 'schedule' }] : [];
      const known: Effect[] = life.deadline === null ? [] : [{ do: 'reportScheduled', at: life.deadline }];
      return { life: { ...life, once }, effects: again.length > 0 ? again : known };
    },
    runNow: (life, _, at) => launchNext(life, at),
    scheduled: (life, { at }) => ({
      life: { ...life, deadline: at },
      effects: [
        { do: 'arm', at },
        { do: 'reportScheduled', at },
      ],
    }),
    deadline: (life, _, at) => launchNext(life, at),
  },
  gone: {
    ...whileDown,
    start: refuseStart,
    stop: life => ({ life, effects: [{ do: 'reportStopped' }] }),
    restart: refuseStart,
    leave: unchanged,
    stay: stayIdle,
    adopted: unchanged,
    spawned: unchanged,
    spawnFailed: unchanged,
    exited: unchanged,
  },
};

/** Until on-event has ended, a start is as welcome as to a manager with hang-around. */
function stayIdle(life: Lifecycle, { status }: { status: number }): Step {
  if (life.leaveStatus !== null) return unchanged(life);
  return { life: { ...life, name: 'idle', parting: status }, effects: [] };
}

export const stateNames = Object.keys(table) as StateName[];
