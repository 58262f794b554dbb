import { setMaxListeners } from 'node:events';
import { type ActionContext, addFacts, complain, print } from '../../client/context';
import type { Member } from '../../settings/fleet/fleet';
import { describeLosses } from '../../settings/foreign/report-text';
import { showHidden } from '../../system/blanks';
import { ExitStatus, UsageError } from '../../system/errors';
import { adviseOn } from '../suggest';
import { findCommand } from '../table';
import { inParallel, readJobs } from './jobs';
import { addOutcomes, chooseDisplay, complainOfFaulty } from './print-outcomes';
import { findSingle, type ManyRequest, refuseProgramWords, type SplitRequest } from './request';
import { contextOf, type Outcome, runMember, worstOf } from './run-member';
import { selectMembers } from './selectors';
import { splitWords } from './split-words';
import { together } from './together';

/**
 * Runs a command for the programs of a fleet that its words select.
 *
 * @returns the worst status
 * @throws UsageError
 */
export async function runMany(request: ManyRequest): Promise<number> {
  const { command, words, fleet, world } = request;
  // Each program listens for Ctrl-C.
  setMaxListeners(0, world.interrupt);
  const record = findCommand(command);
  if (!record) throw new UsageError(`unknown command '${showHidden(command)}'; ${adviseOn(command)}`);
  for (const note of fleet.notes) complain(world, `note: ${note}`);
  const split = splitWords(command, words, fleet, listValued(record.name));
  const whole: SplitRequest = { ...request, split, selection: selectMembers(fleet, split.selectors) };
  const saysLosses = whole.selection.isAll && STARTING.includes(record.name);
  const losses = saysLosses ? describeLosses(fleet.report) : null;
  if (losses !== null) complain(world, `note: ${losses}`);
  if (isEmpty(whole)) return sayNoCopies(whole);
  const own = await together[record.name]?.(whole);
  if (typeof own === 'number') return own;
  if (record.selects === 'first') return runFor(whole, chooseOne(whole));
  const single = findSingle(whole);
  if (single) return runFor(whole, single);
  refuseProgramWords(whole);
  return runAll(whole);
}

/** Commands that say, for all programs, what of a foreign file has no effect. */
const STARTING = ['start', 'apply', 'up'];

/** Whether all that is selected is a program without copies: `apply` may have to stop those that it had. */
function isEmpty({ command, selection, split }: SplitRequest): boolean {
  if (findCommand(command)?.selects === 'first' || command === 'apply') return false;
  return split.selectors.length > 0 && selection.members.length + selection.faulty.length === 0;
}

function sayNoCopies({ world, split, fleet }: SplitRequest): number {
  print(world as ActionContext, `nothing to do: ${split.selectors.join(', ')} has no copies (copies = 0)`);
  addFacts(world as ActionContext, { fleet: fleet.file, programs: [] });
  return ExitStatus.done;
}

/** Runs a command for each selected program, and says how it went, one line for each. */
async function runAll(request: SplitRequest): Promise<number> {
  const { argv, command, split, selection, world } = request;
  complainOfFaulty(request, selection);
  const display = chooseDisplay(
    world,
    selection.members.map(({ name }) => name),
    request.fleet,
  );
  const isQuestion = !findCommand(command)?.changes;
  const show = isQuestion
    ? inOrder(selection.members, outcome => display.show(outcome))
    : (outcome: Outcome) => display.show(outcome);
  const outcomes = await inParallel(selection.members, readJobs(argv, isQuestion), async member => {
    display.begin(member.name);
    const outcome = await runMember(request, member, command, split.own);
    show(outcome);
    return outcome;
  });
  display.end();
  addOutcomes(request, selection, outcomes);
  const faults = selection.faulty.map(() => ExitStatus.usage);
  return worstOf([...outcomes.map(({ status }) => status), ...faults]);
}

/** Answers come in any order, and are read in that of the fleet. */
function inOrder(members: readonly Member[], show: (outcome: Outcome) => void): (outcome: Outcome) => void {
  const held = new Map<string, Outcome>();
  const rest = members.map(({ name }) => name);
  return outcome => {
    held.set(outcome.name, outcome);
    for (let next = held.get(rest[0] ?? ''); next; next = held.get(rest[0] ?? '')) {
      show(next);
      rest.shift();
    }
  };
}

/** One program by its name: everything is as with its own file. */
function runFor(request: SplitRequest, member: Member): Promise<number> {
  const { command, split } = request;
  const words = [...split.own, ...(split.program ?? [])];
  return request.runOne(contextOf(request, member), command, words);
}

/** For a command that works on one program only. */
function chooseOne({ command, selection, fleet }: SplitRequest): Member {
  const [member, other] = selection.members;
  const [faulty] = selection.faulty;
  if (!member && faulty) throw new UsageError(faulty.fault);
  if (member && !other) return member;
  const names = fleet.members.map(({ name }) => name).join(', ');
  throw new UsageError(`cannot ${command} many programs: name one of ${names}`);
}

/** The options with an argument: the parser knows them. */
function listValued(command: string): ReadonlySet<string> {
  const { listValuedFlags } = require('../clipanion') as typeof import('../clipanion');
  return new Set(listValuedFlags(command));
}
