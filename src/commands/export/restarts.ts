import type { Settings } from '../../settings/settings';

/** More early ends in a row than this stand for no limit. */
const MANY = 1000;

/** The pauses between early ends, and after how many of them zd gives up. */
export interface Restarts {
  /** Seconds. */
  first: number;
  longest: number;
  /** How many pauses grow until the longest. */
  steps: number;
  /** Null: never. */
  attempts: number | null;
  /** Seconds that so many attempts take at least. */
  span: number;
}

type RestartSettings = Pick<
  Settings,
  'backoffFirst' | 'backoffFactor' | 'backoffLimit' | 'backoffReset' | 'attempts' | 'forever'
>;

/** What `backoff-*`, `attempts` and `forever` mean together; the rule of the manager, in numbers. */
export function planRestarts(settings: RestartSettings): Restarts {
  const { backoffFirst, backoffFactor, backoffLimit, backoffReset, attempts, forever } = settings;
  const pause = (early: number) =>
    backoffFactor === null ? backoffFirst + early - 1 : backoffFirst * backoffFactor ** (early - 1);
  let early = 1;
  while (early < MANY && pause(early) < backoffLimit) early += 1;
  const isEndless = forever || (attempts === null && early === MANY);
  const count = isEndless ? null : (attempts ?? early);
  const run = backoffReset ?? backoffLimit;
  let time = 0;
  for (let one = 1; one < Math.min(count ?? 0, MANY); one += 1)
    time += Math.min(pause(one), backoffLimit) + run;
  return {
    first: Math.min(backoffFirst, backoffLimit),
    longest: backoffLimit,
    steps: early - 1,
    attempts: count,
    span: Math.ceil(time + run),
  };
}
