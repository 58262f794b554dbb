import type { Member } from '../../../settings/fleet/fleet';
import { ExitStatus } from '../../../system/errors';
import { type Many, type Outcome, runMember } from '../run-member';
import { reverse, sortSteps } from './run-in-order';
import { failWith, runPlan, stepsFor } from './run-plan';
import type { MembersOptions } from './start-members';

export interface StopOptions extends MembersOptions {
  /** The options of `stop` for each program. */
  words?: readonly string[];
  /** Programs that must not be stopped, with the reason. */
  refused?: ReadonlyMap<string, string>;
  /** Stop a program although one that needs it could not be stopped. */
  isForced?: boolean;
}

/**
 * Stops programs, each as soon as those that are started after it are down.
 *
 * @param many
 * @param members in any order
 * @returns the outcomes in the order in which they are stopped
 */
export function stopMembers(
  many: Many,
  members: readonly Member[],
  { jobs, display, order, words = [], refused, isForced = false }: StopOptions,
): Promise<Outcome[]> {
  const byName = new Map(members.map(member => [member.name, member]));
  const plan = reverse(sortSteps(stepsFor(order, byName.keys())));
  const steps = isForced ? plan.map(step => ({ ...step, needs: new Set<string>() })) : plan;
  const act = async (name: string): Promise<Outcome> => {
    const reason = refused?.get(name);
    if (reason !== undefined) return failWith(name, ExitStatus.failed, `not stopped: ${reason}`);
    return runMember(many, byName.get(name) as Member, 'stop', words);
  };
  return runPlan(many, steps, {
    jobs,
    display,
    act,
    explainSkip: (name, other) => `not stopped: ${other}, which needs ${name}, is not stopped`,
  });
}
