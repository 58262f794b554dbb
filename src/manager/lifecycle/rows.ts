import { log } from './effects';
import type { Event, EventName, Lifecycle, Moment, Step } from './types';

export type Cell<E extends EventName> = (
  life: Lifecycle,
  event: Extract<Event, { name: E }>,
  at: Moment,
) => Step;

/** What a state does with each event. */
export type Row = { [E in EventName]: Cell<E> };

export const unchanged = (life: Lifecycle): Step => ({ life, effects: [] });

/** For cells that a correct manager never reaches: logs a warning, changes nothing. */
export const cannotHappen = (life: Lifecycle, event: Event): Step => ({
  life,
  effects: [log('warn', `unexpected event ${event.name} while ${life.name}`)],
});

/** What no state without a program acts on. */
export const whileDown = {
  runNow: unchanged,
  pause: unchanged,
  continue: unchanged,
  renew: unchanged,
  adopted: cannotHappen,
  prepared: unchanged,
  unprepared: unchanged,
  spawned: cannotHappen,
  spawnFailed: cannotHappen,
  exited: cannotHappen,
  tested: unchanged,
  notReady: unchanged,
  looked: unchanged,
  stopProgramEnded: unchanged,
  groupGone: unchanged,
  cleaned: unchanged,
  stay: unchanged,
  part: unchanged,
  scheduled: unchanged,
  deadline: unchanged,
  refused: unchanged,
} satisfies Partial<Row>;
