import * as fc from 'fast-check';
import type { Rules } from '../../src/manager/lifecycle/types';

const rarely = fc.integer({ min: 0, max: 9 }).map(number => number === 0);

/** Rules of every kind, for property tests. */
export const anyRules: fc.Arbitrary<Rules> = fc.record({
  backoffLimit: fc.constantFrom(0, 0.25, 1, 2, 3, 10),
  forever: fc.boolean(),
  exitCodes: fc.constantFrom([], [0, 2], [0], [-1]),
  startSeconds: fc.constantFrom<number | 'auto'>(0, 0.25, 5, 'auto'),
  stopTimeout: fc.constantFrom(0, 1, 3, 300),
  hangAround: fc.boolean(),
  hasReadiness: fc.boolean(),
  firstStartMustHold: fc.boolean(),
  hasPreparation: fc.boolean(),
  hasAfterExit: fc.boolean(),
  hasStopProgram: fc.boolean(),
  exitSignals: fc.constantFrom([], [15]),
  failureSignals: fc.constantFrom([], [9]),
  steps: fc.constantFrom(0, 0, 0, 2),
  chance: fc.double({ min: 0, max: 1, noNaN: true }),
  stopSignals: fc.constantFrom(
    [{ signal: 15, seconds: null }],
    [
      { signal: 15, seconds: 1 },
      { signal: 2, seconds: 0.5 },
      { signal: 9, seconds: null },
    ],
    [
      { signal: 15, seconds: 2 },
      { signal: 2, seconds: null },
    ],
  ),
  failureCodes: fc.constantFrom([], [1]),
  once: rarely,
  backoffFirst: fc.constantFrom(1, 1, 0.1, 3),
  backoffFactor: fc.constantFrom(null, null, 1, 2),
  backoffJitter: fc.constantFrom(0, 0, 50),
  backoffReset: fc.constantFrom(null, null, 5),
  attempts: fc.constantFrom(null, null, 3),
  attemptsPause: fc.constantFrom(null, null, 20),
  startFailure: fc.constantFrom('keep', 'stop'),
  runEvery: fc.constantFrom(null, null, null, 2),
  runAt: fc.constantFrom(null, null, null, '* * * * *'),
  runTimeout: fc.constantFrom(null, 4),
  stepPause: fc.constantFrom(0, 1),
  stepFailure: fc.constantFrom('end', 'go-on'),
});
