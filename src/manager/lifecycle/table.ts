import {
  afterEnd,
  launch,
  leave,
  log,
  logEnding,
  type Moment,
  refuseStart,
  settle,
  sweep,
  terminate,
  wantUp,
} from './moves';
import type { Effect, Event, EventName, Lifecycle, Rules, StateName, Step } from './types';

/*
 * The life of one program, as a table: for every state and every event, what comes next and what is to be done.
 * Nothing here looks at a clock or touches a process; `now` is seconds on the monotonic clock.
 *
 *   idle        no program and none wanted; only a manager that hangs around stays here
 *   starting    spawned, but start-seconds have not passed or the start test has not succeeded yet
 *   running     up, wanted up
 *   resumed     up; a stop was taken back after its SIGTERM, so its end is followed by a start at once
 *   backoff     ended by itself; the next attempt waits for the deadline
 *   stopping    SIGTERM sent, wanted down; SIGKILL at the deadline
 *   restarting  SIGTERM sent, wanted up; SIGKILL at the deadline
 *   sweeping    the program is gone, what is left of its process group is being ended; `wanted` says what follows
 *   gone        the manager leaves; final
 *
 * Rules: zdaemon 1.6 (restarting), 1.10 (stopping), and docs/design.rst for where zd differs.
 */

/**
 * Takes one step.
 *
 * @param life where we are; not changed
 * @param event what happened
 * @param now seconds on the monotonic clock
 * @param rules the settings that matter here
 * @returns where we are then, and what to do, in order
 */
export function step(life: Lifecycle, event: Event, now: number, rules: Rules): Step {
  const cell = table[life.name][event.name] as (life: Lifecycle, event: Event, at: Moment) => Step;
  return cell(life, event, { now, rules });
}

/** A manager before its first event. */
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
    tested: false,
    attempts: 0,
  };
}

type Cell<E extends EventName> = (life: Lifecycle, event: Extract<Event, { name: E }>, at: Moment) => Step;
type Row = { [E in EventName]: Cell<E> };

const keep = (life: Lifecycle): Step => ({ life, effects: [] });

/** For the cells no correct manager reaches: said aloud, nothing changed. */
const cannotHappen = (life: Lifecycle, event: Event): Step => ({
  life,
  effects: [log('warn', `unexpected event ${event.name} while ${life.name}`)],
});

const whileUp = {
  start: keep,
  stop: (life, _, at) => terminate({ ...life, wanted: 'down' }, 'stopping', at),
  restart: (life, _, at) => terminate({ ...life, wanted: 'up', backoff: 0 }, 'restarting', at),
  leave: (life, { status }, at) =>
    terminate({ ...life, wanted: 'down', leaveStatus: status }, 'stopping', at),
  adopted: cannotHappen,
  spawned: cannotHappen,
  spawnFailed: cannotHappen,
  groupGone: keep,
} satisfies Partial<Row>;

const whileDown = {
  spawned: cannotHappen,
  spawnFailed: cannotHappen,
  exited: cannotHappen,
  tested: keep,
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
  tested: keep,
  groupGone: keep,
  deadline: life => ({
    life: { ...life, deadline: null },
    effects: [{ do: 'disarm' }, log('warn', `sending SIGKILL to pid ${life.pid}`), { do: 'kill' }],
  }),
} satisfies Partial<Row>;

const table: { [S in StateName]: Row } = {
  idle: {
    ...whileDown,
    start: life => launch({ ...life, backoff: 0 }),
    restart: life => launch({ ...life, backoff: 0 }),
    stop: (life, _, at) => sweep({ ...life, wanted: 'down' }, [], at),
    leave: (life, { status }, at) => sweep({ ...life, wanted: 'down', leaveStatus: status }, [], at),
    adopted: (life, { pid, startedAt, ready }, { rules }) => {
      const tested = ready || !rules.hasStartTest;
      const up: Lifecycle = { ...life, name: 'starting', wanted: 'up', pid, startedAt, lived: true, tested };
      const effects: Effect[] = [log('info', `took back process pid=${pid}`)];
      if (!tested) effects.push({ do: 'test' });
      return settle({ ...up, attempts: life.attempts + 1 }, effects);
    },
    deadline: keep,
    groupGone: keep,
  },
  starting: {
    ...whileUp,
    spawned: (life, { pid }, { now, rules }) => {
      const up: Lifecycle = {
        ...life,
        pid,
        startedAt: now,
        lived: rules.startSeconds === 0,
        tested: !rules.hasStartTest,
        deadline: rules.startSeconds === 0 ? null : now + rules.startSeconds,
      };
      const effects: Effect[] = [log('info', `spawned process pid=${pid}`)];
      if (rules.hasStartTest) effects.push({ do: 'test' });
      if (up.deadline !== null) effects.push({ do: 'arm', at: up.deadline });
      return settle(up, effects);
    },
    spawnFailed: (life, { reason }, at) =>
      afterEnd(
        { ...life, startedAt: at.now },
        { code: null, signal: null },
        [log('error', `can't exec: ${reason}`)],
        at,
      ),
    exited: (life, event, at) => afterEnd(life, event.ending, [logEnding(event)], at),
    deadline: life => settle({ ...life, lived: true, deadline: null }, [{ do: 'disarm' }]),
    tested: life => settle({ ...life, tested: true }, []),
  },
  running: {
    ...whileUp,
    exited: (life, event, at) => afterEnd(life, event.ending, [logEnding(event)], at),
    deadline: keep,
    tested: keep,
  },
  resumed: {
    ...whileUp,
    exited: (life, event) => launch(life, [logEnding(event)]),
    deadline: keep,
    tested: keep,
  },
  backoff: {
    ...whileDown,
    start: life => launch({ ...life, backoff: 0 }, [{ do: 'disarm' }]),
    restart: life => launch({ ...life, backoff: 0 }, [{ do: 'disarm' }]),
    stop: (life, _, at) =>
      sweep({ ...life, wanted: 'down', backoff: 0 }, [{ do: 'reportStartCancelled' }], at),
    leave: (life, { status }, at) =>
      sweep({ ...life, wanted: 'down', leaveStatus: status }, [{ do: 'reportStartCancelled' }], at),
    adopted: cannotHappen,
    deadline: life => launch(life, [{ do: 'disarm' }]),
    groupGone: keep,
  },
  stopping: {
    ...whileStopping,
    // Told to leave, it leaves; else zdaemon's rule: a start takes the stop back, SIGTERM cannot be unsent.
    start: life =>
      life.leaveStatus !== null
        ? refuseStart(life)
        : {
            life: { ...life, name: 'resumed', wanted: 'up', backoff: 0, deadline: null },
            effects: [{ do: 'disarm' }, { do: 'reportStopCancelled' }, { do: 'reportStarted' }],
          },
    stop: life => ({ life, effects: [{ do: 'terminate' }] }),
    restart: life =>
      life.leaveStatus !== null
        ? refuseStart(life)
        : {
            life: { ...life, name: 'restarting', wanted: 'up', backoff: 0 },
            effects: [{ do: 'reportStopCancelled' }],
          },
  },
  restarting: {
    ...whileStopping,
    start: keep,
    stop: life => ({
      life: { ...life, name: 'stopping', wanted: 'down' },
      effects: [{ do: 'reportStartCancelled' }],
    }),
    restart: keep,
  },
  sweeping: {
    ...whileDown,
    start: life => wantUp(life),
    restart: life => wantUp(life),
    stop: life => ({ life: { ...life, wanted: 'down' }, effects: [{ do: 'reportStartCancelled' }] }),
    leave: (life, { status }) => refuseStart({ ...life, wanted: 'down', leaveStatus: status }),
    adopted: cannotHappen,
    deadline: life => ({
      life: { ...life, deadline: null },
      effects: [{ do: 'disarm' }, { do: 'killGroup' }],
    }),
    groupGone: (life, _, at) => {
      const calm: Lifecycle = { ...life, deadline: null };
      if (life.wanted === 'up') return launch(calm, [{ do: 'disarm' }]);
      if (life.leaveStatus === null && at.rules.hangAround) {
        return { life: { ...calm, name: 'idle' }, effects: [{ do: 'disarm' }, { do: 'reportStopped' }] };
      }
      return leave(calm, life.leaveStatus ?? 0, [
        { do: 'disarm' },
        log('info', 'Exiting'),
        { do: 'reportStopped' },
      ]);
    },
  },
  gone: {
    start: refuseStart,
    stop: life => ({ life, effects: [{ do: 'reportStopped' }] }),
    restart: refuseStart,
    leave: keep,
    adopted: keep,
    spawned: keep,
    spawnFailed: keep,
    exited: keep,
    deadline: keep,
    tested: keep,
    groupGone: keep,
  },
};
