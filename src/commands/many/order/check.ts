import { complain } from '../../../client/context';
import { readOrder } from '../../../settings/fleet/order';
import { ExitStatus } from '../../../system/errors';
import { inParallel, readJobs } from '../jobs';
import { addOutcomes, chooseDisplay, complainOfFaulty } from '../print-outcomes';
import { findSingle, refuseProgramWords, type SplitRequest } from '../request';
import { contextOf, type Outcome, runMember, worstOf } from '../run-member';

/**
 * `check` for many programs: one line for each, with the faults of its order.
 *
 * @returns 0, or 2 if one of them has a fault
 */
export async function checkMany(request: SplitRequest): Promise<number> {
  const { argv, command, fleet, selection, split, world } = request;
  refuseProgramWords(request);
  const { faults } = readOrder(fleet);
  const single = findSingle(request);
  const fault = single && faults.get(single.name);
  if (single && !fault) return request.runOne(contextOf(request, single), command, split.own);
  if (single && fault) {
    const { status, errors } = shorten(await runMember(request, single, command, split.own), fault);
    for (const error of errors) complain(world, error);
    return status;
  }
  complainOfFaulty(request, selection);
  // A file that was cut off may have lost all of them.
  if (selection.members.length + selection.faulty.length + fleet.notes.length === 0)
    complain(world, `${fleet.file} has no programs`);
  const names = selection.members.map(({ name }) => name);
  const display = chooseDisplay(world, names, request.fleet);
  const outcomes = await inParallel(selection.members, readJobs(argv, true), async member => {
    display.begin(member.name);
    const outcome = shorten(await runMember(request, member, command, split.own), faults.get(member.name));
    display.show(outcome);
    return outcome;
  });
  display.end();
  addOutcomes(request, selection, outcomes);
  const faulty = selection.faulty.map(() => ExitStatus.usage);
  return worstOf([...outcomes.map(({ status }) => status), ...faulty]);
}

/** Of what `check` says of a good program, only that it is good. */
function shorten(outcome: Outcome, fault: string | undefined): Outcome {
  if (!fault) return outcome.status === ExitStatus.done ? { ...outcome, text: 'good' } : outcome;
  const status = worstOf([outcome.status, ExitStatus.usage]);
  return { ...outcome, status, text: '', errors: [...outcome.errors, fault] };
}
