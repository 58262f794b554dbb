import { type ActionContext, addFacts, print } from '../../../client/context';
import type { Member } from '../../../settings/fleet/fleet';
import type { Order } from '../../../settings/fleet/order';
import { ExitStatus } from '../../../system/errors';
import { type Many, worstOf } from '../run-member';
import type { Look } from './look';
import { type Step, sortSteps } from './run-in-order';
import { nameSome, stepsFor } from './run-plan';

/**
 * `start --dry-run`: what would be started, in order.
 *
 * @returns 2 if the order of one of them has a fault
 */
export function printStartPlan(
  many: Many,
  order: Order,
  members: readonly Member[],
  looks: ReadonlyMap<string, Look>,
): number {
  const names = members.map(({ name }) => name).filter(name => !looks.get(name)?.isUp);
  const steps = sortSteps(stepsFor(order, names));
  const faulty = steps.filter(({ name }) => order.faults.has(name));
  printPlan(many, 'start', steps, name => order.faults.get(name));
  return worstOf(faulty.map(() => ExitStatus.usage));
}

/**
 * `--dry-run`: what would be done, in order; nothing is done.
 *
 * @param verb what would be done to each program
 * @param steps in the order in which they would begin
 * @param refusal why it would not be done to a program
 */
export function printPlan(
  { world: own, fleet }: Many,
  verb: string,
  steps: readonly Step[],
  refusal: (name: string) => string | undefined = () => undefined,
): void {
  const world = own as ActionContext;
  for (const { name, before } of steps) {
    const after = before.size > 0 ? ` after ${nameSome([...before])}` : '';
    const reason = refusal(name);
    print(world, reason ? `would not ${verb} ${name}: ${reason}` : `would ${verb} ${name}${after}`);
  }
  if (steps.length === 0) print(world, `nothing to ${verb}`);
  const plan = steps.map(({ name, before }) => {
    const reason = refusal(name);
    return { name, action: reason ? null : verb, after: [...before], ...(reason ? { reason } : {}) };
  });
  addFacts(world, { fleet: fleet.file, changed: false, plan });
}
