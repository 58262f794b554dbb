import type { Ending } from '../../system/signals';
import type { Rules } from './types';

/* When a program that has exited is started again. */

/** Minimum seconds between two automatic starts; it applies when `backoff-limit` is lower. */
export const SHORTEST_START_INTERVAL = 1;
/** More early ends in a row than this are not counted apart. */
const MOST_EARLY = 1_000_000;

type PauseRules = Pick<Rules, 'backoffFirst' | 'backoffFactor' | 'backoffLimit'>;
type GivingUpRules = PauseRules & Pick<Rules, 'attempts' | 'forever'>;

/** An end that is not followed by a start (zdaemon); a failed spawn has neither code nor signal, and counts as -1. */
export function isFinal(ending: Ending, rules: Pick<Rules, 'exitCodes' | 'exitSignals'>): boolean {
  return isListed(ending, rules.exitCodes, rules.exitSignals);
}

/** An end that no restart can mend. */
export function isHopeless(ending: Ending, rules: Pick<Rules, 'failureCodes' | 'failureSignals'>): boolean {
  return isListed(ending, rules.failureCodes, rules.failureSignals);
}

/** Whether a run was so short that its end counts as an early one. */
export function isEarly(
  uptime: number,
  { backoffReset, backoffLimit }: Pick<Rules, 'backoffReset' | 'backoffLimit'>,
): boolean {
  return uptime < (backoffReset ?? backoffLimit);
}

/** One more early end in a row. */
export function countEarly(before: number): number {
  return Math.min(before + 1, MOST_EARLY);
}

/**
 * Whether the manager gives up: after `attempts` early ends in a row, else when the pause would reach backoff-limit
 * (zdaemon), unless `forever` is on.
 *
 * @param early ends in a row, at least 1
 */
export function givesUp(early: number, rules: GivingUpRules): boolean {
  if (rules.attempts !== null) return early >= rules.attempts;
  return !rules.forever && growPause(early, rules) >= rules.backoffLimit;
}

/** After how many further early ends the manager gives up; null if it never does. */
export function countUntilGivingUp(early: number, rules: GivingUpRules): number | null {
  const { attempts, forever, backoffFirst, backoffFactor, backoffLimit } = rules;
  if (attempts !== null) return Math.max(1, attempts - early);
  if (forever) return null;
  if (backoffFactor === null) return Math.max(1, Math.ceil(backoffLimit - backoffFirst) + 1 - early);
  if (backoffFirst >= backoffLimit) return 1;
  if (backoffFactor === 1) return null;
  let last = Math.max(1, Math.floor(Math.log(backoffLimit / backoffFirst) / Math.log(backoffFactor)));
  while (growPause(last, rules) < backoffLimit) last += 1;
  return Math.max(1, last - early);
}

/**
 * The pause after an early end, at most backoff-limit; jitter makes it shorter, so that the limit holds.
 *
 * @param early ends in a row, at least 1
 * @returns seconds
 */
export function pauseAfter(
  early: number,
  rules: PauseRules & Pick<Rules, 'backoffJitter' | 'chance'>,
): number {
  const pause = Math.min(growPause(early, rules), rules.backoffLimit);
  return pause * (1 - (rules.backoffJitter / 100) * rules.chance);
}

function growPause(early: number, { backoffFirst, backoffFactor }: PauseRules): number {
  return backoffFactor === null ? backoffFirst + early - 1 : backoffFirst * backoffFactor ** (early - 1);
}

function isListed(
  { code, signal }: Ending,
  codes: readonly (number | string)[],
  signals: readonly number[],
): boolean {
  return codes.includes(code ?? -1) || (signal !== null && signals.includes(signal));
}
