import { reverse, sortSteps, type Step as Turn } from '../order/run-in-order';
import type { Need, Step } from './steps';

/** What each program needs, by its name. */
export type Needs = ReadonlyMap<string, readonly Need[]>;

/**
 * The steps of a plan in the order in which they are done: each after those of what its program needs.
 *
 * @param steps
 * @param needs
 * @param isStop the other way round
 */
export function orderSteps(steps: readonly Step[], needs: Needs, isStop: boolean): Step[] {
  const byName = new Map(steps.map(step => [step.name, step]));
  return makeTurns(steps, needs, isStop).map(({ name }) => byName.get(name) as Step);
}

/** The same for `runInOrder`. A step waits for all that its program comes after; only a start needs their success. */
export function makeTurns(steps: readonly Step[], needs: Needs, isStop: boolean): Turn[] {
  const names = new Set(steps.map(({ name }) => name));
  const turns = steps.map(({ name, action }) => {
    const before = (needs.get(name) ?? []).filter(need => names.has(need.name));
    const strong = action === 'start' ? before.filter(({ isWeak }) => !isWeak) : [];
    return {
      name,
      before: new Set(before.map(need => need.name)),
      needs: new Set(strong.map(need => need.name)),
    };
  });
  const sorted = sortSteps(turns);
  return isStop ? reverse(sorted) : sorted;
}
