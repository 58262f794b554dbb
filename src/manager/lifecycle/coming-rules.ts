import type { ComingRules } from './types';

/** What the rules are without their settings. */
export const comingRules: ComingRules = {
  runEvery: null,
  runAt: null,
  runTimeout: null,
  stepPause: 0,
  stepFailure: 'end',
};
