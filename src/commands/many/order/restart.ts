import { type ActionContext, addFacts, complain, print } from '../../../client/context';
import type { Member } from '../../../settings/fleet/fleet';
import { type Order, readOrder, withDependents } from '../../../settings/fleet/order';
import { ExitStatus } from '../../../system/errors';
import { readJobs } from '../jobs';
import { addOutcomes, chooseDisplay, complainOfFaulty, type Display } from '../print-outcomes';
import { findSingle, refuseProgramWords, type SplitRequest } from '../request';
import { contextOf, type Outcome, runMember, worstOf } from '../run-member';
import { readOptions } from './flags';
import { lookAt } from './look';
import { printPlan } from './print-plan';
import { type Step, sortSteps } from './run-in-order';
import { endInterrupted, failWith, nameSome, runPlan, stepsFor } from './run-plan';

/**
 * `restart [NAME…] [--dependents] [--rolling] [--dry-run]` for many programs: without a name, what is up. Each starts
 * again as soon as it has ended, after those that it needs; what needs it is not touched.
 *
 * @returns the worst status
 * @throws UsageError; Interrupted
 */
export async function restartMany(request: SplitRequest): Promise<number> {
  const { argv, command, fleet, selection, split, world } = request;
  const { given } = readOptions(request, ['--dependents', '--rolling', '--dry-run']);
  const single = findSingle(request);
  if (!single) refuseProgramWords(request);
  const order = readOrder(fleet);
  const words = split.program ?? [];
  const members = await findMeant(request, order, given.has('--dependents'));
  const steps = sortSteps(
    stepsFor(
      order,
      members.map(({ name }) => name),
    ),
  );
  if (given.has('--dry-run')) {
    printPlan(request, 'restart', steps, name => order.faults.get(name));
    return worstOf(selection.faulty.map(() => ExitStatus.usage));
  }
  const isOrdinary = single && members.length === 1 && members[0] === single;
  if (isOrdinary && !order.faults.has(single.name))
    return request.runOne(contextOf(request, single), command, words);
  complainOfFaulty(request, selection);
  if (members.length === 0 && selection.faulty.length === 0) return sayNothing(request);
  const display = chooseDisplay(
    world,
    steps.map(({ name }) => name),
    request.fleet,
  );
  const byName = new Map(members.map(member => [member.name, member]));
  const act = async (name: string) => {
    const fault = order.faults.get(name);
    if (fault) return failWith(name, ExitStatus.usage, fault);
    const isNamed = selection.members.some(one => one.name === name);
    return runMember(request, byName.get(name) as Member, command, isNamed ? words : []);
  };
  const jobs = readJobs(argv, false);
  const outcomes = given.has('--rolling')
    ? await restartRolling(request, steps, display, act)
    : await runPlan(request, steps, {
        jobs,
        display,
        act,
        explainSkip: (_name, other) => `not restarted: ${other}, which it needs, is not restarted`,
      });
  display.end();
  addOutcomes(request, selection, outcomes);
  endInterrupted(request, steps, outcomes);
  const isCut = outcomes.length < steps.length ? [ExitStatus.failed] : [];
  const faults = selection.faulty.map(() => ExitStatus.usage);
  return worstOf([...outcomes.map(({ status }) => status), ...isCut, ...faults]);
}

/** Those that are named, and of the others those that are up, or may be: the command for one of them says why. */
async function findMeant(request: SplitRequest, order: Order, withOthers: boolean): Promise<Member[]> {
  const { fleet, selection } = request;
  const chosen = new Set(selection.members.map(({ name }) => name));
  const names = withOthers ? withDependents(order, chosen) : [...chosen];
  const members = fleet.members.filter(({ name }) => names.includes(name));
  const unnamed = members.filter(({ name }) => !selection.named.has(name));
  const looks = await lookAt(request, unnamed);
  const isUp = (name: string) => looks.get(name)?.isUp || looks.get(name)?.isHidden;
  return members.filter(
    ({ name, configuration }) => selection.named.has(name) || (isUp(name) && !configuration.settings.disable),
  );
}

/** One by one, up to the first failure. */
async function restartRolling(
  request: SplitRequest,
  steps: readonly Step[],
  display: Display,
  act: (name: string) => Promise<Outcome>,
): Promise<Outcome[]> {
  const { interrupt } = request.world;
  const outcomes: Outcome[] = [];
  for (const [at, step] of steps.entries()) {
    const [outcome] = await runPlan(request, [{ ...step, before: new Set(), needs: new Set() }], {
      jobs: 1,
      display,
      act,
      explainSkip: () => '',
    });
    if (outcome) outcomes.push(outcome);
    if (interrupt.aborted) break;
    const left = steps.slice(at + 1).map(({ name }) => name);
    if (outcome?.status === ExitStatus.done || left.length === 0) continue;
    display.end();
    complain(request.world, `ended at ${step.name}; not touched: ${nameSome(left)}`);
    addFacts(request.world as ActionContext, { untouched: left });
    break;
  }
  return outcomes;
}

function sayNothing({ world, fleet }: SplitRequest): number {
  print(world as ActionContext, 'nothing to restart: no program is up');
  addFacts(world as ActionContext, { fleet: fleet.file, programs: [] });
  return ExitStatus.done;
}
