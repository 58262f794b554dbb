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
