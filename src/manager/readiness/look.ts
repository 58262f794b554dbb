import type { Clock } from '../../system/clock';
import type { Problem, Try } from './kinds/try';
import { formatSeconds } from './seconds';

/** One probe of a setting. */
export interface Tried {
  /** As in the configuration: `port 8080`. */
  name: string;
  attempt: Try;
  /** Whether an event reports it, so that it need not be polled. */
  isEvent: boolean;
}

/** The first probe of a setting that does not hold. */
export interface Missing extends Problem {
  name: string;
  isEvent: boolean;
}

/** `port 80: connection refused`; null if nothing is missing. */
export function describeMissing(missing: Pick<Missing, 'name' | 'says'> | null): string | null {
  return missing && `${missing.name}: ${missing.says}`;
}

export interface LookOptions {
  clock: Clock;
  /** Seconds until a try is ended; 0 is no limit. */
  limit: number;
  /** Whether the limit is that of all tries together. */
  isShared?: boolean;
}

/**
 * Tries probes, one after the other, until one does not hold.
 *
 * @param probes in their order
 * @param options
 * @param done called at most once: null when all hold
 * @returns a function that ends the look
 */
export function look(
  probes: readonly Tried[],
  { clock, limit, isShared = false }: LookOptions,
  done: (missing: Missing | null) => void,
): () => void {
  const end = { attempt: () => {}, timer: () => {} };
  const begin = clock.now();
  let isOver = false;
  const next = (index: number) => {
    const probe = probes[index];
    if (!probe) {
      isOver = true;
      return done(null);
    }
    const { name, isEvent, attempt } = probe;
    let isAnswered = false;
    const answer = (problem: Problem | null) => {
      if (isOver || isAnswered) return;
      isAnswered = true;
      end.timer();
      if (problem === null) return next(index + 1);
      isOver = true;
      done({ ...problem, name, isEvent });
    };
    end.timer = () => {};
    end.attempt = () => {};
    const endAttempt = attempt(answer);
    if (isOver || isAnswered) return;
    end.attempt = endAttempt;
    if (limit === 0) return;
    end.timer = clock.after(isShared ? begin + limit - clock.now() : limit, () => {
      endAttempt();
      answer({ says: `no answer within ${formatSeconds(limit)}`, isLate: true });
    });
  };
  next(0);
  return () => {
    isOver = true;
    end.timer();
    end.attempt();
  };
}
