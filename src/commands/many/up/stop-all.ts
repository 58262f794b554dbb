import { captureOutput } from '../../../client/capture';
import { type ActionContext, complain } from '../../../client/context';
import type { Fleet } from '../../../settings/fleet/fleet';
import { readOrder } from '../../../settings/fleet/order';
import { UserError } from '../../../system/errors';
import { stopForGood } from '../apply/carry-out';
import { reverse, runInOrder, sortSteps } from '../order/run-in-order';
import { stepsFor } from '../order/run-plan';

/** Seconds after the last step of the stop plans in which everything must have ended. */
const GRACE = 5;

export interface StopAllRequest {
  fleet: Fleet;
  /** What is stopped, by name; not all of it need be members. */
  contexts: ReadonlyMap<string, ActionContext>;
  /** Seconds after which the last step of each plan comes; null: when each plan says so. */
  stopWithin: number | null;
  /** Aborts for the last step at once. */
  hurry: AbortSignal;
  clock: ActionContext['clock'];
  /** Called with what has gone wrong, as a sentence. */
  say(text: string): void;
}

/**
 * Stops programs, dependents before what they need.
 *
 * @returns the names of those that are still there
 */
export async function stopAll(request: StopAllRequest): Promise<string[]> {
  const { contexts, stopWithin, hurry, clock } = request;
  const late = new AbortController();
  const cancel = stopWithin === null ? () => {} : clock.after(stopWithin, () => late.abort());
  const now = AbortSignal.any([hurry, late.signal]);
  const left = new Set(contexts.keys());
  const stopOne = async (name: string, isNow: boolean) => {
    if (await stopQuietly(request, name, isNow)) left.delete(name);
  };
  try {
    await Promise.race([
      runInOrder(makeSteps(request), {
        jobs: contexts.size + 1,
        act: name => stopOne(name, false),
        isGood: () => true,
        over: now,
      }),
      new Promise<void>(resolve => {
        if (now.aborted) resolve();
        else now.addEventListener('abort', () => resolve(), { once: true });
      }),
    ]);
    if (left.size > 0 && now.aborted) await hurryUp([...left], stopOne, request);
  } finally {
    cancel();
  }
  return [...left];
}

function makeSteps({ fleet, contexts }: StopAllRequest) {
  const steps = reverse(sortSteps(stepsFor(readOrder(fleet), contexts.keys())));
  const known = new Set(steps.map(({ name }) => name));
  const nothing: ReadonlySet<string> = new Set();
  const others = [...contexts.keys()].filter(name => !known.has(name));
  return [
    ...others.map(name => ({ name, before: nothing, needs: nothing })),
    ...steps.map(step => ({ ...step, needs: nothing })),
  ];
}

async function hurryUp(
  names: readonly string[],
  stopOne: (name: string, isNow: boolean) => Promise<void>,
  { clock }: StopAllRequest,
): Promise<void> {
  let cancel = () => {};
  const late = new Promise<void>(resolve => {
    cancel = clock.after(GRACE, resolve);
  });
  await Promise.race([Promise.all(names.map(name => stopOne(name, true))), late]);
  cancel();
}

/** @returns whether nothing is left of it */
async function stopQuietly(
  { contexts, say }: StopAllRequest,
  name: string,
  isNow: boolean,
): Promise<boolean> {
  const { context, captured } = captureOutput(contexts.get(name) as ActionContext, false);
  let status = 1;
  try {
    status = await stopForGood(context, isNow);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    complain(context, error.message);
  }
  for (const line of captured.stderr.split('\n'))
    if (line !== '') say(`${name}: ${line.replace(/^zd: /, '')}`);
  return status === 0;
}
