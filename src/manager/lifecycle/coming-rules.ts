import type { ComingRules } from './types';

/** What the rules are without their settings. */
export const comingRules: ComingRules = {
  stopSignals: [{ signal: 15, seconds: null }],
  failureCodes: [],
  once: false,
  backoffFirst: 1,
  backoffFactor: null,
  backoffJitter: 0,
  backoffReset: null,
  attempts: null,
  attemptsPause: null,
};
