import { neededBy, type Order, readOrder } from '../../../settings/fleet/order';
import { ExitStatus } from '../../../system/errors';
import { readJobs } from '../jobs';
import { addOutcomes, chooseDisplay, complainOfFaulty } from '../print-outcomes';
import { findSingle, refuseProgramWords, type SplitRequest } from '../request';
import { contextOf, worstOf } from '../run-member';
import { readOptions } from './flags';
import { lookAt } from './look';
import { printPlan } from './print-plan';
import { reverse, sortSteps } from './run-in-order';
import { endInterrupted, nameSome, stepsFor } from './run-plan';
import { stopMembers } from './stop-members';

/**
 * `stop [NAME…] [--force] [--dry-run]` for many programs: each after those that are started after it. A program that
 * another one needs, which is up and is not to be stopped, is refused.
 *
 * @returns the worst status
 * @throws UsageError; Interrupted
 */
export async function stopMany(request: SplitRequest): Promise<number> {
  const { argv, command, fleet, selection, world } = request;
  const passed = ['--force', '--now', '--no-wait', '--after-step'];
  const { given, words } = readOptions(request, ['--dry-run'], passed);
  refuseProgramWords(request);
  const order = readOrder(fleet);
  const { members } = selection;
  const isForced = words.includes('--force');
  const refused = isForced || selection.isAll ? new Map<string, string>() : await findRefused(request, order);
  const names = members.map(({ name }) => name);
  const steps = reverse(sortSteps(stepsFor(order, names)));
  if (given.has('--dry-run')) {
    printPlan(request, 'stop', steps, name => refused.get(name));
    return refused.size > 0 ? ExitStatus.failed : ExitStatus.done;
  }
  const single = findSingle(request);
  if (single && refused.size === 0) return request.runOne(contextOf(request, single), command, words);
  complainOfFaulty(request, selection);
  const display = chooseDisplay(
    world,
    steps.map(({ name }) => name),
    request.fleet,
  );
  const jobs = readJobs(argv, false);
  const outcomes = await stopMembers(request, members, { jobs, display, order, words, refused, isForced });
  display.end();
  addOutcomes(request, selection, outcomes);
  endInterrupted(request, steps, outcomes);
  return worstOf([...outcomes.map(({ status }) => status), ...selection.faulty.map(() => ExitStatus.usage)]);
}

/** The programs that others need which are up and go on, with what to do. */
async function findRefused(request: SplitRequest, order: Order): Promise<Map<string, string>> {
  const { fleet, selection } = request;
  const chosen = new Set(selection.members.map(({ name }) => name));
  const othersOf = (name: string) => neededBy(order, name).filter(other => !chosen.has(other));
  const needy = new Set([...chosen].flatMap(othersOf));
  const asked = fleet.members.filter(({ name }) => needy.has(name) || chosen.has(name));
  const looks = needy.size > 0 ? await lookAt(request, asked) : new Map();
  const refused = new Map<string, string>();
  for (const name of chosen) {
    const others = othersOf(name).filter(other => looks.get(other)?.isUp);
    if (others.length === 0 || !looks.get(name)?.isUp) continue;
    const [what, them] = others.length === 1 ? ['needs it and is up', 'it'] : ['need it and are up', 'them'];
    refused.set(name, `${nameSome(others)} ${what}; stop ${them} too, or use --force`);
  }
  return refused;
}
