import { FIRST_LOOK, judgeBoot } from './boot';
import {
  begin,
  decide,
  end,
  endAfterSweep,
  launch,
  leave,
  log,
  logEnding,
  type Moment,
  refuse,
  refuseStart,
  settle,
  settleAge,
  sweep,
  terminate,
  wantUp,
} from './moves';
import type { Effect, Event, EventName, Lifecycle, Rules, StateName, Step } from './types';

/*
 * The life of one program, as a table: for every state and every event, the next state and the effects to perform.
 * Nothing here reads a clock or touches a process; `now` is seconds on the monotonic clock.
 *
 *   idle        no program and none wanted; only a manager with hang-around stays here
 *   starting    spawned, but start-seconds have not passed or the start test has not succeeded yet
 *   running     up, wanted up
 *   resumed     up; a stop was cancelled after its SIGTERM, so an exit is followed by a start immediately
 *   backoff     exited on its own; the next attempt waits for the deadline
 *   stopping    SIGTERM sent, wanted down; SIGKILL at the deadline
 *   restarting  SIGTERM sent, wanted up; SIGKILL at the deadline
 *   sweeping    the program has exited, its leftovers are being ended; `wanted` determines what follows
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
  };
}

type Cell<E extends EventName> = (life: Lifecycle, event: Extract<Event, { name: E }>, at: Moment) => Step;
type Row = { [E in EventName]: Cell<E> };

const unchanged = (life: Lifecycle): Step => ({ life, effects: [] });

/** For cells that a correct manager never reaches: logs a warning, changes nothing. */
const cannotHappen = (life: Lifecycle, event: Event): Step => ({
  life,
  effects: [log('warn', `unexpected event ${event.name} while ${life.name}`)],
});

const whileUp = {
  start: unchanged,
  stop: (life, _, at) => terminate({ ...life, wanted: 'down' }, 'stopping', at),
  restart: (life, _, at) => terminate({ ...life, wanted: 'up', backoff: 0, crashes: 0 }, 'restarting', at),
  leave: (life, { status }, at) =>
    terminate({ ...life, wanted: 'down', leaveStatus: status }, 'stopping', at),
  adopted: cannotHappen,
  spawned: cannotHappen,
  spawnFailed: cannotHappen,
  looked: unchanged,
  groupGone: unchanged,
  refused: unchanged,
} satisfies Partial<Row>;

const whileDown = {
  spawned: cannotHappen,
  spawnFailed: cannotHappen,
  exited: cannotHappen,
  tested: unchanged,
  looked: unchanged,
  refused: unchanged,
} satisfies Partial<Row>;

const whileStopping = {
  leave: (life, { status }) => ({
    life: { ...life, name: 'stopping', wanted: 'down', leaveStatus: status },
    effects: [{ do: 'reportStartCancelled' }],
  }),
  adopted: cannotHappen,
  spawned: cannotHappen,
  spawnFailed: cannotHappen,
  exited: (life, event, at) => sweep(life, [logEnding(event)], at),
  tested: unchanged,
  looked: unchanged,
  groupGone: unchanged,
  refused: (life, { reason }) => refuse(life, reason),
  deadline: life => ({
    life: { ...life, deadline: null },
    effects: [{ do: 'disarm' }, log('warn', `sending SIGKILL to pid ${life.pid}`), { do: 'kill' }],
  }),
} satisfies Partial<Row>;

const table: { [S in StateName]: Row } = {
  idle: {
    ...whileDown,
    start: begin,
    restart: begin,
    stop: (life, _, at) => sweep({ ...life, wanted: 'down' }, [], at),
    leave: (life, { status }, at) => sweep({ ...life, wanted: 'down', leaveStatus: status }, [], at),
    adopted: (life, { pid, startedAt, ready, crashes = 0 }, { rules }) => {
      const tested = ready || !rules.hasStartTest;
      const up: Lifecycle = { ...life, name: 'starting', wanted: 'up', pid, startedAt, lived: true, tested };
      const effects: Effect[] = [log('info', `adopted process pid=${pid}`)];
      if (!tested) effects.push({ do: 'test' });
      return settle({ ...up, crashes, attempts: life.attempts + 1 }, effects);
    },
    deadline: unchanged,
    groupGone: unchanged,
  },
  starting: {
    ...whileUp,
    spawned: (life, { pid }, { now, rules }) => {
      // With `auto`, the first deadline is the first look at it.
      const seconds = rules.startSeconds === 'auto' ? FIRST_LOOK : rules.startSeconds;
      const up: Lifecycle = {
        ...life,
        pid,
        startedAt: now,
        lived: seconds === 0,
        boot: null,
        tested: !rules.hasStartTest,
        deadline: seconds === 0 ? null : now + seconds,
      };
      const effects: Effect[] = [log('info', `spawned process pid=${pid}`)];
      if (rules.hasStartTest) effects.push({ do: 'test' });
      if (up.deadline !== null) effects.push({ do: 'arm', at: up.deadline });
      return settle(up, effects);
    },
    spawnFailed: (life, { reason }, at) =>
      decide(
        { ...life, startedAt: at.now },
        { ending: { code: null, signal: null }, uptime: 0 },
        [log('error', `can't exec: ${reason}`)],
        at,
      ),
    exited: end,
    deadline: (life, _, { rules }) =>
      rules.startSeconds === 'auto' && !life.lived ? { life, effects: [{ do: 'look' }] } : settleAge(life),
    looked: (life, look, { now }) => {
      if (life.lived || life.pid === null) return unchanged(life);
      const { boot, next } = judgeBoot(life.boot, look, now, life.startedAt ?? now);
      if (next === null) return settleAge(life);
      return { life: { ...life, boot, deadline: next }, effects: [{ do: 'arm', at: next }] };
    },
    tested: life => settle({ ...life, tested: true }, []),
  },
  running: {
    ...whileUp,
    exited: end,
    deadline: unchanged,
    tested: unchanged,
  },
  resumed: {
    ...whileUp,
    exited: end,
    deadline: unchanged,
    tested: unchanged,
  },
  backoff: {
    ...whileDown,
    start: begin,
    restart: begin,
    stop: (life, _, at) =>
      sweep({ ...life, wanted: 'down', backoff: 0 }, [{ do: 'reportStartCancelled' }], at),
    leave: (life, { status }, at) =>
      sweep({ ...life, wanted: 'down', leaveStatus: status }, [{ do: 'reportStartCancelled' }], at),
    adopted: cannotHappen,
    deadline: life => launch(life, [{ do: 'disarm' }]),
    groupGone: unchanged,
  },
  stopping: {
    ...whileStopping,
    // If asked to exit, it exits. Otherwise a start cancels the stop (zdaemon), although SIGTERM was already sent.
    start: life =>
      life.leaveStatus !== null
        ? refuseStart(life)
        : {
            life: { ...life, name: 'resumed', wanted: 'up', backoff: 0, deadline: null },
            effects: [{ do: 'disarm' }, { do: 'reportStopCancelled' }, { do: 'reportStarted' }],
          },
    stop: (life, _, at) =>
      life.refused ? terminate(life, 'stopping', at) : { life, effects: [{ do: 'terminate' }] },
    restart: (life, _, at) => {
      if (life.leaveStatus !== null) return refuseStart(life);
      const up: Lifecycle = { ...life, wanted: 'up', backoff: 0, crashes: 0 };
      if (life.refused) return terminate(up, 'restarting', at);
      return { life: { ...up, name: 'restarting' }, effects: [{ do: 'reportStopCancelled' }] };
    },
  },
  restarting: {
    ...whileStopping,
    start: unchanged,
    stop: life => ({
      life: { ...life, name: 'stopping', wanted: 'down' },
      effects: [{ do: 'reportStartCancelled' }],
    }),
    restart: unchanged,
  },
  sweeping: {
    ...whileDown,
    start: life => wantUp(life),
    restart: life => wantUp(life),
    stop: life => ({
      life: { ...life, wanted: 'down', ended: null },
      effects: [{ do: 'reportStartCancelled' }],
    }),
    leave: (life, { status }) => refuseStart({ ...life, wanted: 'down', leaveStatus: status, ended: null }),
    adopted: cannotHappen,
    deadline: life => ({
      life: { ...life, deadline: null },
      effects: [{ do: 'disarm' }, { do: 'killGroup' }],
    }),
    groupGone: (life, { survivors = [] }, at) => {
      const outcome = life.wanted === 'up' ? null : (life.outcome ?? 'stopped');
      const calm: Lifecycle = { ...life, deadline: null, outcome };
      const before: Effect[] = [{ do: 'disarm' }];
      if (survivors.length > 0) before.push(log('error', `cannot kill ${survivors.join(', ')}, left behind`));
      if (life.wanted === 'up') return endAfterSweep(calm, before, at);
      const stopped: Effect =
        survivors.length > 0 ? { do: 'reportStopped', survivors } : { do: 'reportStopped' };
      if (life.leaveStatus === null && at.rules.hangAround)
        return { life: { ...calm, name: 'idle' }, effects: [...before, stopped] };
      return leave(calm, life.leaveStatus ?? 0, [...before, log('info', 'Exiting'), stopped]);
    },
  },
  gone: {
    start: refuseStart,
    stop: life => ({ life, effects: [{ do: 'reportStopped' }] }),
    restart: refuseStart,
    leave: unchanged,
    adopted: unchanged,
    spawned: unchanged,
    spawnFailed: unchanged,
    exited: unchanged,
    deadline: unchanged,
    tested: unchanged,
    looked: unchanged,
    groupGone: unchanged,
    refused: unchanged,
  },
};

export const stateNames = Object.keys(table) as StateName[];
