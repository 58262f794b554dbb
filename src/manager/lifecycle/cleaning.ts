import { clear } from './stopping';
import type { Effect, Lifecycle, Moment, Step } from './types';

/* The move between the end of a run and what follows it: after-exit. */

/** Nothing of the run is left, so after-exit cleans up behind it. */
export function clean(life: Lifecycle, before: Effect[]): Step {
  return {
    life: { ...life, name: 'cleaning', pid: null, deadline: null },
    effects: [...before, { do: 'disarm' }, { do: 'afterExit' }],
  };
}

/** What after-exit has left behind is ended, as if the program had left it; then it has been run. */
export function clearAfterHook(life: Lifecycle, at: Moment): Step {
  return clear({ ...life, hookDue: false }, [], at);
}
