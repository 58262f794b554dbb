import { join } from 'node:path';
import { type ActionContext, addFacts, complain } from '../../client/context';
import type { FaultyMember, Fleet } from '../../settings/fleet/fleet';
import { ExitStatus } from '../../system/errors';
import { inParallel, readJobs } from '../many/jobs';
import { readOptions } from '../many/read-options';
import type { SplitRequest } from '../many/request';
import { chooseColumns, sortEntries, USUAL_OF_FLEET } from './columns';
import { type Entry, makeUnknown } from './entries';
import { examine, findLeftOver } from './left-over';
import { toObject } from './list';
import type { ListCommand } from './list-command';
import { describeFaulty, describeLeftOver, findMember, type MemberEntry } from './members';
import { printEntries } from './print-entries';

/**
 * `list [-o COLUMNS] [--sort COLUMN] [--json] [NAME…]` of a fleet: a line for each program, also for one that is down,
 * cannot be read, or runs although the fleet does not have it any more.
 *
 * @returns 0
 * @throws UsageError for an unknown column
 */
export async function listFleet(request: SplitRequest): Promise<number> {
  const { world, fleet } = request;
  const options = readOptions<ListCommand>(request, 'list');
  const names = chooseColumns(options.columns ?? null, USUAL_OF_FLEET);
  const entries = sortEntries(await findEntries(request), options.sort ?? null) as MemberEntry[];
  const context = world as ActionContext;
  addFacts(context, { fleet: fleet.file, programs: entries.map(toMemberObject) });
  if (entries.length === 0) complain(world, `${fleet.file} has no programs`);
  else printEntries(context, entries, names);
  return ExitStatus.done;
}

/** Everything that a request selects, and without a selection everything else that there is. */
async function findEntries(request: SplitRequest): Promise<MemberEntry[]> {
  const { argv, selection } = request;
  const [members, others] = await Promise.all([
    inParallel(selection.members, readJobs(argv, true), member => findMember(request, member)),
    findOthers(request),
  ]);
  return [...members, ...others];
}

/** What is no program that could be started: faulty, skipped, left over. */
export async function findOthers(request: SplitRequest): Promise<MemberEntry[]> {
  const { argv, fleet, selection, world } = request;
  const [faulty, leftOver] = await Promise.all([
    inParallel(selection.faulty, readJobs(argv, true), one => findFaulty(request, one)),
    selection.isAll ? findLeftOver(fleet, world.clock) : [],
  ]);
  const skipped = selection.isAll ? fleet.skipped : [];
  return [
    ...faulty,
    ...skipped.map(one => describeSkipped(fleet, one)),
    ...leftOver.map(one => describeLeftOver(world, one)),
  ];
}

async function findFaulty({ fleet, world }: SplitRequest, one: FaultyMember): Promise<MemberEntry> {
  const running = await examine(one.name, join(fleet.place, one.name, 'sock'), world.clock);
  return describeFaulty(world, fleet.file, one, running);
}

function describeSkipped({ file }: Fleet, { name, reason }: Fleet['skipped'][number]): MemberEntry {
  const entry = makeUnknown({ name, socket: '', file }, reason, 'skipped', 'down');
  return { ...entry, tags: [], facts: { state: 'skipped' } };
}

function toMemberObject({ facts, ...entry }: MemberEntry): object {
  return toObject({ ...entry, report: facts } as Entry);
}
