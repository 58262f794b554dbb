/** One program of a plan. */
export interface Step {
  name: string;
  /** The steps of the plan that come before it. Others are ignored. */
  before: ReadonlySet<string>;
  /** Those of them without whose success it is left out. */
  needs: ReadonlySet<string>;
}

/** How a step went. */
export type StepResult<T> =
  | { kind: 'done'; result: T }
  /** A step that it needs has failed, or was left out itself. */
  | { kind: 'skipped'; because: string }
  /** The plan was ended before it. */
  | { kind: 'untouched' };

export interface RunOptions<T> {
  /** How many steps are worked on at once. */
  jobs: number;
  /**
   * Works on a step. It must not throw.
   *
   * @param release to be called when it only waits from now on, so that another step can begin
   */
  act(name: string, release: () => void): Promise<T>;
  /** Whether those that need the step can follow. */
  isGood(result: T): boolean;
  /** Called for each step as soon as its result is known. */
  settled?(name: string, result: StepResult<T>): void;
  /** Ends the plan: what has not begun does not begin. */
  over?: AbortSignal;
}

/**
 * Works on the steps of a plan: each as soon as those before it are done, in the order of the plan where several could
 * begin. A failure holds up only those that need the step, directly or not.
 *
 * @param steps without circles
 * @returns the result of every step, in the order of the plan
 */
export function runInOrder<T>(
  steps: readonly Step[],
  { jobs, act, isGood, settled, over }: RunOptions<T>,
): Promise<Map<string, StepResult<T>>> {
  const waiting = new Map(steps.map(step => [step.name, step]));
  const results = new Map<string, StepResult<T>>();
  let busy = 0;
  let running = 0;

  return new Promise((resolve, reject) => {
    const settle = (name: string, result: StepResult<T>) => {
      results.set(name, result);
      settled?.(name, result);
    };
    const begin = async (name: string) => {
      busy += 1;
      running += 1;
      let isReleased = false;
      const release = () => {
        if (isReleased) return;
        isReleased = true;
        busy -= 1;
        advance();
      };
      const result = await act(name, release);
      running -= 1;
      settle(name, { kind: 'done', result });
      if (isReleased) advance();
      else release();
    };
    const tryStep = ({ name, before, needs }: Step): boolean => {
      const isOver = over?.aborted ?? false;
      const failed = [...needs].find(need => isFailure(results.get(need), isGood));
      const mustWait = busy >= jobs || [...before].some(isPending);
      if (mustWait && failed === undefined && !isOver) return false;
      waiting.delete(name);
      if (isOver) settle(name, { kind: 'untouched' });
      else if (failed !== undefined) settle(name, { kind: 'skipped', because: failed });
      else begin(name).catch(reject);
      return true;
    };
    const all = new Set(waiting.keys());
    const isPending = (name: string) => all.has(name) && !results.has(name);
    const advance = () => {
      let hasChanged = true;
      while (hasChanged) {
        hasChanged = false;
        for (const step of waiting.values()) hasChanged = tryStep(step) || hasChanged;
      }
      if (waiting.size === 0 && running === 0) resolve(inOrder(steps, results));
    };
    advance();
  });
}

function isFailure<T>(result: StepResult<T> | undefined, isGood: (result: T) => boolean): boolean {
  if (result === undefined || result.kind === 'untouched') return false;
  return result.kind === 'skipped' || !isGood(result.result);
}

function inOrder<T>(steps: readonly Step[], results: ReadonlyMap<string, StepResult<T>>) {
  return new Map(steps.map(({ name }) => [name, results.get(name) as StepResult<T>]));
}

/** The same plan the other way round, as for a stop: those that need a step come before it. */
export function reverse(steps: readonly Step[]): Step[] {
  const find = (name: string, key: 'before' | 'needs') =>
    new Set(steps.filter(step => step[key].has(name)).map(step => step.name));
  return [...steps]
    .reverse()
    .map(({ name }) => ({ name, before: find(name, 'before'), needs: find(name, 'needs') }));
}

/**
 * Steps in an order in which each comes after those before it, otherwise as given.
 *
 * @param steps without circles
 */
export function sortSteps(steps: readonly Step[]): Step[] {
  const left = new Map(steps.map(step => [step.name, step]));
  const sorted: Step[] = [];
  const take = (first: Step) => {
    const path = [first];
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const next = [...step.before].map(name => left.get(name)).find(one => one && !path.includes(one));
      if (next) path.push(next);
      else {
        path.pop();
        if (left.delete(step.name)) sorted.push(step);
      }
    }
  };
  for (const step of steps) if (left.has(step.name)) take(step);
  return sorted;
}
