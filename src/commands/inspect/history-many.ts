import { type ActionContext, addFacts, complain, print } from '../../client/context';
import { findEnds } from '../../client/history';
import { findSituation } from '../../client/situation';
import { type EndRecord, MOST_ENDS } from '../../protocol/history';
import type { Member } from '../../settings/fleet/fleet';
import { ExitStatus, UserError } from '../../system/errors';
import { inParallel, readJobs } from '../many/jobs';
import { complainOfFaulty } from '../many/print-outcomes';
import { readOptions } from '../many/read-options';
import { findSingle, refuseProgramWords, type SplitRequest } from '../many/request';
import { contextOf, worstOf } from '../many/run-member';
import { formatEnds, readCount } from './history';
import type { HistoryCommand } from './history-command';

/**
 * `history [-n N] [--json] [NAME…]` for many programs: the last ends of all of them, in the order of time.
 *
 * @returns 0; the worst status if a manager cannot be reached
 */
export async function historyMany(request: SplitRequest): Promise<number> {
  const { argv, world, fleet, split, selection } = request;
  const { count } = readOptions<HistoryCommand>(request, 'history');
  const most = readCount(count ?? null);
  const single = findSingle(request);
  if (single) return request.runOne(contextOf(request, single), 'history', split.own);
  refuseProgramWords(request);
  complainOfFaulty(request, selection);
  const found = await inParallel(selection.members, readJobs(argv, true), member => findOne(request, member));
  const all = found
    .flatMap(({ name, ends }) => ends.map(end => ({ name, end })))
    .sort((one, other) => one.end.at - other.end.at)
    .slice(-(most ?? MOST_ENDS));
  const context = world as ActionContext;
  addFacts(context, { fleet: fleet.file, programs: found.map(({ name, ends }) => ({ name, ends })) });
  if (all.length === 0) print(context, 'no end recorded yet');
  const ends = all.map(({ end }) => end);
  const names = all.map(({ name }) => name);
  for (const line of formatEnds(ends, names)) print(context, line);
  return worstOf([...found.map(({ code }) => code), ...selection.faulty.map(() => ExitStatus.usage)]);
}

async function findOne(
  request: SplitRequest,
  member: Member,
): Promise<{ name: string; ends: EndRecord[]; code: number }> {
  const { name } = member;
  const context = contextOf(request, member);
  try {
    const ends = await findEnds(context, await findSituation(context));
    return { name, ends: ends ?? [], code: ExitStatus.done };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    complain(context, `${name}: ${error.message}`);
    return { name, ends: [], code: error.status };
  }
}
