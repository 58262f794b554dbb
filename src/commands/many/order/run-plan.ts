import { Interrupted } from '../../../client/progress';
import type { Order } from '../../../settings/fleet/order';
import { ExitStatus, UserError } from '../../../system/errors';
import type { Display } from '../print-outcomes';
import type { Many, Outcome } from '../run-member';
import { runInOrder, type Step, type StepResult } from './run-in-order';

/** How a plan for several programs is carried out. */
export interface PlanOptions {
  /** How many are worked on at once. */
  jobs: number;
  display: Display;
  /** Programs of which only failures and changes are shown. */
  quiet?: ReadonlySet<string>;
  /** Works on a program. */
  act(name: string, release: () => void): Promise<Outcome>;
  /** Why a program was left out. @param other the one because of which */
  explainSkip(name: string, other: string, wasSkipped: boolean): string;
}

/**
 * Carries out a plan, and shows the outcome of each program as soon as it is known.
 *
 * @returns the outcomes in the order of the plan, without what was not begun
 */
export async function runPlan(
  { world }: Pick<Many, 'world'>,
  steps: readonly Step[],
  { jobs, display, quiet, act, explainSkip }: PlanOptions,
): Promise<Outcome[]> {
  const results = new Map<string, StepResult<Outcome>>();
  const { interrupt } = world;
  // Without a listener, Ctrl-C ends the client at once.
  const stay = () => {};
  interrupt.addEventListener('abort', stay);
  const toOutcome = (name: string, result: StepResult<Outcome>): Outcome | null => {
    if (result.kind === 'done') return result.result;
    if (result.kind === 'untouched') return null;
    const wasSkipped = results.get(result.because)?.kind === 'skipped';
    const error = explainSkip(name, result.because, wasSkipped);
    const facts = { changed: false, outcome: 'skipped', because: result.because };
    return { name, status: ExitStatus.failed, text: '', errors: [error], facts };
  };
  try {
    await runInOrder(steps, {
      jobs,
      over: interrupt,
      act(name, release) {
        display.begin(name);
        return act(name, release).catch(error => describeError(name, error));
      },
      isGood: ({ status }) => status === ExitStatus.done,
      settled(name, result) {
        results.set(name, result);
        const outcome = toOutcome(name, result);
        const isDull = outcome?.status === ExitStatus.done && quiet?.has(name) && !outcome.facts.changed;
        if (outcome && !isDull && !isInterrupted(outcome, interrupt)) display.show(outcome);
      },
    });
  } finally {
    interrupt.removeEventListener('abort', stay);
  }
  return steps
    .map(({ name }) => toOutcome(name, results.get(name) as StepResult<Outcome>))
    .filter(outcome => outcome !== null);
}

/**
 * Says what goes on, and what was not begun, after Ctrl-C.
 *
 * @param steps of the plan
 * @param outcomes of `runPlan`
 * @throws Interrupted
 */
export function endInterrupted(
  { world }: Pick<Many, 'world'>,
  steps: readonly Step[],
  outcomes: readonly Outcome[],
): void {
  if (!world.interrupt.aborted) return;
  const begun = new Set(outcomes.map(({ name }) => name));
  const going = outcomes.filter(outcome => isInterrupted(outcome, world.interrupt)).map(({ name }) => name);
  const left = steps.filter(({ name }) => !begun.has(name)).map(({ name }) => name);
  const clauses = [
    ...(going.length > 0 ? [`the ${managersOf(going)} with the request`] : []),
    ...(left.length > 0 ? [`not begun: ${nameSome(left)}`] : []),
  ];
  if (clauses.length > 0) throw new Interrupted(`interrupted: ${clauses.join('; ')}`);
}

/** For an error of the user or of the surroundings in what follows a command. */
function describeError(name: string, error: unknown): Outcome {
  if (!(error instanceof UserError)) throw error;
  return failWith(name, error.status, error.message);
}

function managersOf(names: readonly string[]): string {
  return names.length === 1 ? `manager of ${names[0]} continues` : `managers of ${nameSome(names)} continue`;
}

function isInterrupted({ status, errors }: Outcome, interrupt: AbortSignal): boolean {
  return interrupt.aborted && status !== ExitStatus.done && /^interrupted\b/.test(errors.at(-1) ?? '');
}

/** A program with which nothing was done. */
export function failWith(name: string, status: number, error: string): Outcome {
  return { name, status, text: '', errors: [error], facts: { changed: false } };
}

const SOME = 8;

/** `a, b and c`; of many, only the first ones. */
export function nameSome(names: readonly string[]): string {
  if (names.length > SOME) return `${names.slice(0, SOME).join(', ')} and ${names.length - SOME} more`;
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The steps for some programs of a fleet; what is not among them is not waited for. */
export function stepsFor(order: Order, names: Iterable<string>): Step[] {
  const chosen = new Set(names);
  const within = (some: ReadonlySet<string>) => new Set([...some].filter(one => chosen.has(one)));
  return order.names
    .filter(name => chosen.has(name))
    .map(name => ({ name, before: within(order.before(name)), needs: within(order.needs(name)) }));
}
