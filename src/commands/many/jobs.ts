import { availableParallelism } from 'node:os';
import type { Arguments } from '../../settings/argv';
import { UsageError } from '../../system/errors';

/** Programs that are worked on at once, for each processor; and programs that are asked at once. */
const PER_PROCESSOR = 4;
export const MOST_QUESTIONS = 64;

/**
 * How many programs are worked on at once.
 *
 * @param argv perhaps with `--jobs`
 * @param onlyAsks the command changes nothing
 * @throws UsageError
 */
export function readJobs({ flags }: Arguments, onlyAsks: boolean): number {
  const flag = flags.get('jobs');
  if (!flag) return onlyAsks ? MOST_QUESTIONS : PER_PROCESSOR * availableParallelism();
  const text = flag.text ?? '';
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new UsageError(`${flag.written} must be a whole number from 1, not '${text}'`);
}

/**
 * Works on items in their order, so many at once.
 *
 * @returns the results in the order of the items
 */
export async function inParallel<T, R>(
  items: readonly T[],
  jobs: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const run = async () => {
    for (const [at, item] of rest) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, run));
  return results;
}
