import { basename, extname } from 'node:path';
import { checkText } from '../../client/preflight/trust';
import { ExitStatus, UsageError } from '../../system/errors';
import { complainOfFaulty } from '../many/print-outcomes';
import type { SplitRequest } from '../many/request';
import { contextOf, worstOf } from '../many/run-member';
import { selectMembers } from '../many/selectors';
import type { FleetContext } from './types';

/** What is said of the file on the command line, and must be said again. */
const READING = ['format', 'run-it', 'variant'] as const;

/** `export SYSTEM [SELECTOR…]`: the files for all selected programs together. */
export async function exportTogether(given: SplitRequest): Promise<number> {
  const request = takeSystem(given);
  const { argv, fleet, selection, split } = request;
  complainOfFaulty(request, selection);
  const [first] = selection.members;
  if (!first) throw new UsageError(`cannot export: ${fleet.file} has no program`);
  for (const { configuration } of selection.members) checkText(configuration);
  const flags = READING.flatMap(key => {
    const flag = argv.flags.get(key);
    return flag ? [flag.written.replace(/=.*/s, ''), ...(flag.text === null ? [] : [flag.text])] : [];
  });
  const name = fleet.kind === 'folder' ? basename(fleet.path) : basename(fleet.path, extname(fleet.path));
  const context: FleetContext = Object.assign(contextOf(request, first), {
    fleet: { name, path: fleet.path, flags, programs: selection.members, isWhole: selection.isAll },
  });
  const status = await request.runOne(context, 'export', split.own);
  return worstOf([status, ...(selection.faulty.length > 0 ? [ExitStatus.usage] : [])]);
}

/** The first word is the system, also if a program has its name. */
function takeSystem(request: SplitRequest): SplitRequest {
  const system = request.words.find(word => !word.startsWith('-'));
  const { split, fleet } = request;
  const [first, ...selectors] = split.selectors;
  if (first === undefined || first !== system || split.own.includes(first)) return request;
  return {
    ...request,
    split: { ...split, selectors, own: [first, ...split.own] },
    selection: selectMembers(fleet, selectors),
  };
}
