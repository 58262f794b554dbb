import { type ActionContext, addFacts, print } from '../../../client/context';
import type { Member } from '../../../settings/fleet/fleet';
import { neededBy, type Order, readOrder, withNeeds } from '../../../settings/fleet/order';
import { ExitStatus } from '../../../system/errors';
import { readJobs } from '../jobs';
import { addOutcomes, chooseDisplay, complainOfFaulty } from '../print-outcomes';
import { findSingle, refuseProgramWords, type SplitRequest } from '../request';
import { contextOf, type Outcome, worstOf } from '../run-member';
import { readOptions } from './flags';
import { type Look, lookAt } from './look';
import { printStartPlan } from './print-plan';
import { endInterrupted, nameSome, stepsFor } from './run-plan';
import { startMembers } from './start-members';

/**
 * `start [NAME…] [--no-deps] [--dry-run]` and `once` for many programs: what they need is started before them.
 *
 * @returns the worst status
 * @throws UsageError; Interrupted
 */
export async function startMany(request: SplitRequest): Promise<number> {
  const { argv, command, fleet, selection, split, world } = request;
  const { given } = readOptions(request, ['--no-deps', '--dry-run']);
  const single = findSingle(request);
  if (!single) refuseProgramWords(request);
  const order = readOrder(fleet);
  const chosen = selection.members.filter(member => isMeant(request, member));
  if (chosen.length === 0 && selection.faulty.length === 0) return sayNothing(request);

  const chosenNames = new Set(chosen.map(({ name }) => name));
  const names = given.has('--no-deps') ? [...chosenNames] : withNeeds(order, chosenNames);
  const members = fleet.members.filter(({ name }) => names.includes(name));
  const looks = await lookAt(request, members);
  const toStart = members.filter(({ name }) => isDue(request, name, { order, looks, chosenNames }));
  if (given.has('--dry-run')) return printStartPlan(request, order, toStart, looks);
  const [first, other] = toStart;
  const isWhole = names.length === members.length && names.every(name => !order.faults.has(name));
  const isOrdinary = single && first === single && !other && isWhole;
  const words = split.program ?? [];
  if (isOrdinary && !single.configuration.settings.once)
    return request.runOne(contextOf(request, single), command, words);

  complainOfFaulty(request, selection);
  const shown = toStart.map(({ name }) => name);
  const display = chooseDisplay(world, shown, request.fleet);
  const done = chosen.filter(member => !toStart.includes(member)).map(sayDone);
  for (const outcome of done) display.show(outcome);
  const isSaid = (name: string) => selection.faulty.some(one => one.name === name);
  const outcomes = await startMembers(request, toStart, {
    jobs: readJobs(argv, false),
    display: {
      begin: name => isSaid(name) || display.begin(name),
      show: outcome => isSaid(outcome.name) || display.show(outcome),
      end: () => {},
    },
    order,
    ignoresFaulty: given.has('--no-deps'),
    quiet: new Set(shown.filter(name => !chosenNames.has(name))),
    commandFor: name => (chosenNames.has(name) ? { command, words } : { command: 'start', words: [] }),
    noteFor: name => (chosenNames.has(name) ? null : describeNeed(order, name, shown)),
  });
  display.end();
  addOutcomes(request, selection, [...done, ...outcomes]);
  endInterrupted(request, stepsFor(order, shown), outcomes);
  return worstOf([...outcomes.map(({ status }) => status), ...selection.faulty.map(() => ExitStatus.usage)]);
}

/** Without a name, what is disabled or not to be started with all others stays down. */
function isMeant({ selection }: Pick<SplitRequest, 'selection'>, { name, configuration }: Member): boolean {
  const { disable, autostart } = configuration.settings;
  return selection.named.has(name) || (!disable && autostart);
}

interface Plan {
  order: Order;
  looks: ReadonlyMap<string, Look>;
  chosenNames: ReadonlySet<string>;
}

/**
 * What was only added for others is started unless it is up already. A program that has ended with success is run again
 * if it is named, and for a program that needs it and is down itself.
 */
function isDue({ selection }: Pick<SplitRequest, 'selection'>, name: string, plan: Plan): boolean {
  const { order, looks, chosenNames } = plan;
  const look = looks.get(name);
  if (look?.isDone) {
    const isFor = (other: string) => looks.has(other) && !looks.get(other)?.isUp && !looks.get(other)?.isDone;
    return selection.named.has(name) || neededBy(order, name).some(isFor);
  }
  return chosenNames.has(name) || !look?.isGood;
}

function sayDone({ name }: Member): Outcome {
  return { name, status: ExitStatus.done, text: 'already done', errors: [], facts: { changed: false } };
}

function describeNeed(order: Order, name: string, shown: readonly string[]): string | null {
  const others = neededBy(order, name).filter(other => shown.includes(other));
  return others.length === 0 ? null : `needed by ${nameSome(others)}`;
}

function sayNothing({ world, selection, fleet }: SplitRequest): number {
  const { length } = selection.members;
  const which = length === 1 ? 'its only program is' : `all ${length} programs are`;
  const text =
    length === 0
      ? `nothing to start: ${fleet.file} has no programs`
      : `nothing to start: ${which} disabled or not started with all others (autostart = off)`;
  print(world as ActionContext, text);
  addFacts(world as ActionContext, { fleet: fleet.file, programs: [] });
  return ExitStatus.done;
}
