import type { Member } from '../../../settings/fleet/fleet';
import type { Order } from '../../../settings/fleet/order';
import { ExitStatus } from '../../../system/errors';
import type { Display } from '../print-outcomes';
import { type Many, type Outcome, runMember } from '../run-member';
import { followStart } from './follow-start';
import { sortSteps } from './run-in-order';
import { failWith, runPlan, stepsFor } from './run-plan';

export interface MembersOptions {
  /** How many are worked on at once. */
  jobs: number;
  display: Display;
  order: Order;
}

export interface StartOptions extends MembersOptions {
  /** What to run for a program, and the words after it; by default `start`. */
  commandFor?(name: string): { command: string; words: readonly string[] };
  /** Whether a program is started although one that it needs cannot be read. */
  ignoresFaulty?: boolean;
  /** Programs of which only failures and changes are shown. */
  quiet?: ReadonlySet<string>;
  /** Added in brackets to what is said of a program: `needed by web`. */
  noteFor?(name: string): string | null;
}

/**
 * Starts programs, each as soon as those that it needs are ready. Nothing else is started: see `withNeeds`.
 *
 * @param many
 * @param members in any order
 * @returns the outcomes in the order in which they are started
 */
export function startMembers(
  many: Many,
  members: readonly Member[],
  { jobs, display, order, quiet, commandFor, noteFor, ignoresFaulty = false }: StartOptions,
): Promise<Outcome[]> {
  const byName = new Map(members.map(member => [member.name, member]));
  const broken = new Map((ignoresFaulty ? [] : many.fleet.faulty).map(({ name, fault }) => [name, fault]));
  const steps = sortSteps(stepsFor(order, [...byName.keys(), ...broken.keys()].filter(isMeant)));
  /** A program that cannot be read is part of the plan if it is needed. */
  function isMeant(name: string): boolean {
    return byName.has(name) || [...byName.keys()].some(one => order.needs(one).has(name));
  }
  const act = async (name: string, release: () => void): Promise<Outcome> => {
    const member = byName.get(name);
    const fault = order.faults.get(name) ?? broken.get(name);
    if (!member || fault) return failWith(name, ExitStatus.usage, fault ?? 'it cannot be read');
    const { command, words } = commandFor?.(name) ?? { command: 'start', words: [] };
    const outcome = await runMember(many, member, command, words);
    const isAwaited = steps.some(({ before }) => before.has(name));
    return addNote(
      await followStart(many, member, outcome, isAwaited ? release : null),
      noteFor?.(name) ?? null,
    );
  };
  return runPlan(many, steps, {
    jobs,
    display,
    ...(quiet ? { quiet: new Set([...quiet, ...broken.keys()]) } : {}),
    act,
    explainSkip: (_name, other, wasSkipped) =>
      `not started: ${other} ${wasSkipped ? 'was not started' : 'failed'}`,
  });
}

function addNote(outcome: Outcome, note: string | null): Outcome {
  if (note === null || outcome.text === '') return outcome;
  const [first = '', ...rest] = outcome.text.split('\n');
  return { ...outcome, text: [`${first} (${note})`, ...rest].join('\n') };
}
