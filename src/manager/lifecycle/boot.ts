import type { Boot, Look } from './types';

/*
 * The rule of `start-seconds = auto`: an interpreter uses the processor while it loads its code, and waits afterwards.
 * A program that fails while it loads dies before it waits. Nobody can tell a program that waits from one that waits
 * and then dies: the start of that one has succeeded.
 */

/** Seconds that a program lives at least before it counts as started. */
export const LEAST_LIFE = 0.25;
/** Seconds for which it has used no processor time. */
const IDLE_TIME = 0.2;
/** Seconds after which it counts as started in any case. */
const LONGEST_BOOT = 2;
/** Seconds until the first look, early enough for a program that waits at once to count after `LEAST_LIFE`. */
export const FIRST_LOOK = 0.04;
/** Seconds between looks. */
const LOOK_INTERVAL = 0.05;

export interface Verdict {
  boot: Boot | null;
  /** When to look again; null if the program has started. */
  next: number | null;
}

/**
 * Decides whether a program has finished booting.
 *
 * @param boot what the earlier looks have shown; null before the first one
 * @param look the present one
 * @param now of the look, in seconds on the monotonic clock
 * @param startedAt of the program, on the same clock
 */
export function judgeBoot(
  boot: Boot | null,
  { used, isBusy }: Look,
  now: number,
  startedAt: number,
): Verdict {
  const least = startedAt + LEAST_LIFE;
  if (used === null && !isBusy) return { boot: null, next: now >= least ? null : least };
  const isIdle = !isBusy && boot !== null && boot.used === used;
  const seen: Boot = isIdle ? boot : { used: used ?? 0, since: now };
  const over = Math.min(Math.max(least, seen.since + IDLE_TIME), startedAt + LONGEST_BOOT);
  return { boot: seen, next: now >= over ? null : Math.min(over, now + LOOK_INTERVAL) };
}
