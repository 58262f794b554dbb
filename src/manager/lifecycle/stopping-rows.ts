import { log, logEnding, refuseStart } from './effects';
import { cannotHappen, type Row, unchanged } from './rows';
import { STOP_PROGRAM } from './stop-plan';
import { advanceStage, cancelStop, goToEnd, refuse, repeatSignal, sweep, terminate } from './stopping';
import type { Lifecycle } from './types';

/* The states in which the program is being stopped by its plan. */

const whileStopping = {
  leave: (life, { status }) => ({
    life: { ...life, name: 'stopping', wanted: 'down', leaveStatus: status, ended: null, isLast: false },
    effects: [{ do: 'reportStartCancelled' }],
  }),
  runNow: unchanged,
  pause: unchanged,
  continue: unchanged,
  renew: unchanged,
  adopted: cannotHappen,
  prepared: cannotHappen,
  unprepared: cannotHappen,
  spawned: cannotHappen,
  spawnFailed: cannotHappen,
  exited: (life, event, at) => sweep({ ...life, hookDue: at.rules.hasAfterExit }, [logEnding(event)], at),
  tested: unchanged,
  notReady: unchanged,
  looked: unchanged,
  stopProgramEnded: (life, _, at) =>
    life.stage === STOP_PROGRAM && !life.refused ? advanceStage(life, [], at) : unchanged(life),
  groupGone: unchanged,
  cleaned: unchanged,
  stay: unchanged,
  part: unchanged,
  scheduled: unchanged,
  refused: (life, { reason }) => refuse(life, reason),
  deadline: (life, _, at) =>
    life.stage === STOP_PROGRAM
      ? advanceStage(life, [log('warn', 'stop-program takes too long; sending signals')], at)
      : advanceStage(life, [], at),
} satisfies Partial<Row>;

export const stoppingRows: Record<'stopping' | 'restarting', Row> = {
  stopping: {
    ...whileStopping,
    // If asked to exit, it exits. Otherwise a start cancels the stop (zdaemon), although SIGTERM was already sent.
    start: cancelStop,
    stop: (life, { now }, at) => {
      if (now) return goToEnd({ ...life, refused: false }, [], at);
      return life.refused ? terminate(life, 'stopping', at) : repeatSignal(life, at);
    },
    restart: (life, _, at) => {
      if (life.leaveStatus !== null) return refuseStart(life);
      const up: Lifecycle = { ...life, wanted: 'up', backoff: 0, crashes: 0, once: false };
      if (life.refused) return terminate(up, 'restarting', at);
      return { life: { ...up, name: 'restarting' }, effects: [{ do: 'reportStopCancelled' }] };
    },
  },
  restarting: {
    ...whileStopping,
    // The request takes the place of what the rules would have decided.
    start: (life, { once = false }) => ({ life: { ...life, ended: null, once }, effects: [] }),
    stop: (life, { now }, at) => {
      const down: Lifecycle = { ...life, name: 'stopping', wanted: 'down', ended: null, isLast: false };
      if (now) return goToEnd(down, [{ do: 'reportStartCancelled' }], at);
      return { life: down, effects: [{ do: 'reportStartCancelled' }] };
    },
    restart: life => ({ life: { ...life, ended: null, once: false }, effects: [] }),
  },
};
