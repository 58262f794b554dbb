import type { Ending } from '../../system/signals';
import type { Effect, Lifecycle, Step } from './types';

/* Effects that many moves share. */

export function log(level: 'info' | 'warn' | 'error' | 'critical', text: string): Effect {
  return { do: 'log', level, text };
}

export function logEnding({ ending }: { ending: Ending }, exiting = false): Effect {
  return exiting ? { do: 'logEnding', ending, exiting } : { do: 'logEnding', ending };
}

/** A manager that was asked to exit starts nothing more. */
export function refuseStart(life: Lifecycle): Step {
  return { life, effects: [{ do: 'reportStartCancelled' }] };
}

export function leave(life: Lifecycle, status: number, before: Effect[]): Step {
  return {
    life: { ...life, name: 'gone', wanted: 'down', pid: null, deadline: null, parting: null },
    effects: [...before, { do: 'reportStartCancelled' }, { do: 'leave', status }],
  };
}
