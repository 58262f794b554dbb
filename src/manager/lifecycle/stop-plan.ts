import type { Lifecycle, Rules } from './types';

/* The plan of a stop: signals with their times, and SIGKILL at its end. */

/** The stage while stop-program runs, before the first signal. */
export const STOP_PROGRAM = -1;
const SIGKILL = 9;

/** A step of the plan; null seconds wait without a limit. */
export interface Stage {
  signal: number;
  seconds: number | null;
}

type PlanRules = Pick<Rules, 'stopSignals' | 'stopTimeout'>;

/**
 * The plan without the SIGKILL at its end. The step without a time has what the others leave of stop-timeout; with a
 * stop-timeout of 0 it has no limit.
 */
export function planStop({ stopSignals, stopTimeout }: PlanRules): Stage[] {
  const stages = stopSignals.filter(({ signal }) => signal !== SIGKILL);
  const timed = stages.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  const rest = stopTimeout === 0 ? null : Math.max(0, stopTimeout - timed);
  return stages.map(({ signal, seconds }) => ({ signal, seconds: seconds ?? rest }));
}

/** Whether the plan ends with SIGKILL: always, unless stop-timeout is 0 and the plan does not name it. */
export function endsWithKill({ stopSignals, stopTimeout }: PlanRules): boolean {
  return stopTimeout > 0 || stopSignals.some(({ signal }) => signal === SIGKILL);
}

/** The longest time of a stop until SIGKILL, in seconds; null if there is no limit. */
export function longestStop(rules: PlanRules & Pick<Rules, 'hasStopProgram'>): number | null {
  const signals = sumFrom(planStop(rules), 0);
  if (!rules.hasStopProgram || signals === null) return signals;
  return rules.stopTimeout === 0 ? null : rules.stopTimeout + signals;
}

/**
 * When the plan of a program that is being stopped comes to its SIGKILL.
 *
 * @returns seconds on the monotonic clock; null if it never does, or if it is there already
 */
export function findEnd({ deadline, stage }: Lifecycle, rules: PlanRules): number | null {
  const later = sumFrom(planStop(rules), stage + 1);
  return deadline === null || later === null || !endsWithKill(rules) ? null : deadline + later;
}

function sumFrom(stages: Stage[], first: number): number | null {
  return stages
    .slice(first)
    .reduce<number | null>(
      (sum, { seconds }) => (sum === null || seconds === null ? null : sum + seconds),
      0,
    );
}
