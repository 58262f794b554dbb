import { addFacts, complain, print } from '../../../client/context';
import { ExitStatus } from '../../../system/errors';
import { readJobs } from '../jobs';
import { readOptions } from '../order/flags';
import { chooseDisplay } from '../print-outcomes';
import { findSingle, refuseProgramWords, type SplitRequest } from '../request';
import { contextOf, type Many, type Outcome, worstOf } from '../run-member';
import { carryOutPlan } from './carry-out';
import { lockFleet } from './fleet-lock';
import { nameBeside, noteOutcomes } from './ledger';
import { makePlan, type Planning } from './make-plan';
import { isEmpty } from './plan';
import { describePlan, listPlan } from './plan-text';

/**
 * `apply [--dry-run]` with many programs: prints what makes what runs equal to the files, and then does exactly that.
 *
 * @returns the worst status of all steps; 2 if a program cannot be read; 0 if nothing differs
 * @throws UsageError; UserError if another one is at work
 */
export async function applyMany(request: SplitRequest): Promise<number> {
  refuseProgramWords(request);
  const single = findSingle(request);
  // A manager that watches its file asks for its own program alone.
  if (single && request.split.own.includes('--watched'))
    return request.runOne(contextOf(request, single), request.command, request.split.own);
  const isDry = readOptions(request, ['--dry-run']).given.has('--dry-run');
  const { fleet, selection, world, argv } = request;
  const lock = isDry ? null : lockFleet(nameBeside(fleet, 'lock'), 'apply');
  try {
    const wishes = { forgetsStops: false, isWatched: false, insecure: argv.flags.has('insecure') };
    const planning = await makePlan(request, selection, wishes);
    const { plan, looks, leftOvers } = planning;
    for (const line of describePlan(plan)) print(world as never, line);
    for (const { fault } of plan.faulty) complain(world, fault);
    const display = chooseDisplay(
      world,
      [...plan.stops, ...plan.steps].map(({ name }) => name),
      fleet,
    );
    const outcomes = isDry
      ? []
      : await carryOutPlan({
          many: request,
          plan,
          looks,
          leftOvers,
          jobs: readJobs(argv, false),
          display,
        });
    display.end();
    if (!isDry) noteOutcomes(fleet, planning, outcomes, world.clock.wall());
    tell(request, planning, outcomes, isDry);
    const faults = plan.faulty.map(() => ExitStatus.usage);
    return worstOf([...outcomes.map(({ status }) => status), ...faults]);
  } finally {
    lock?.release();
  }
}

function tell(
  { world, fleet }: Many,
  { plan }: Planning,
  outcomes: readonly Outcome[],
  dryRun: boolean,
): void {
  addFacts(world as never, {
    fleet: fleet.file,
    dryRun,
    changed: !dryRun && !isEmpty(plan),
    plan: listPlan(plan),
    programs: outcomes.map(({ name, status, text, errors, facts }) => ({
      name,
      status,
      ...facts,
      text,
      errors,
    })),
  });
}
