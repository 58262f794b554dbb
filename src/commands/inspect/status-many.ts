import { captureOutput, readSentences } from '../../client/capture';
import { type ActionContext, addFacts, complain, print } from '../../client/context';
import { findSituation, type Situation, viewOf } from '../../client/situation';
import type { Member } from '../../settings/fleet/fleet';
import { ExitStatus, UserError } from '../../system/errors';
import { writeJson } from '../../system/show-controls';
import { chooseLook, colourOf, glyphsOf, isTerminal, type Look, signOf } from '../../system/terminal';
import { pad, tameText } from '../../system/text/columns';
import { cutStyled } from '../../system/text/styled';
import { measureColumns } from '../../system/text/table';
import { describeMember } from '../list/members';
import { isDone } from '../many/done';
import { inParallel, readJobs } from '../many/jobs';
import { complainOfFaulty } from '../many/print-outcomes';
import { readOptions } from '../many/read-options';
import { findSingle, refuseProgramWords, type SplitRequest } from '../many/request';
import { contextOf, worstOf } from '../many/run-member';
import { gatherFacts } from '../panel/facts';
import { reportUsage } from '../panel/panel';
import { findHeadline, type Headline } from './headline';
import { describeTruth, judgeReadiness, printStatus, reportSituation } from './status';
import type { StatusCommand } from './status-command';

/**
 * `status [-v] [-l] [--ready] [--json] [NAME…]` for many programs: a line for each. Without names, those that are not to
 * be up are not judged.
 *
 * @returns the worst status
 */
export async function statusMany(request: SplitRequest): Promise<number> {
  const { split, world, selection } = request;
  const options = readOptions<StatusCommand>(request, 'status');
  const single = findSingle(request);
  if (single) return request.runOne(contextOf(request, single), 'status', split.own);
  refuseProgramWords(request);
  if (options.watch) {
    const { watchMany } = require('../panel/watch-many') as typeof import('../panel/watch-many');
    return watchMany(request, options.json);
  }
  complainOfFaulty(request, selection);
  const faults = selection.faulty.map(() => ExitStatus.usage);
  if (options.long || (options.verbose && !options.json && !options.ready))
    return worstOf([...(await printBlocks(request)), ...faults]);
  const found = await inParallel(selection.members, readJobs(request.argv, true), member =>
    examine(request, member, options),
  );
  if (options.json) printObject(request, found);
  else printLines(request, found);
  for (const { member, errors } of found)
    for (const error of errors) complain(world, `${member.name}: ${error}`);
  return worstOf([...found.map(({ code }) => code), ...faults]);
}

/** What is known of a program. */
interface Found {
  member: Member;
  code: number;
  /** For a pipe: one sentence. */
  text: string;
  headline: Headline | null;
  report: object;
  errors: string[];
}

type Options = Pick<StatusCommand, 'ready' | 'verbose' | 'json'>;

async function examine(
  request: SplitRequest,
  member: Member,
  { ready, verbose, json }: Options,
): Promise<Found> {
  const { context, captured } = captureOutput(contextOf(request, member), false);
  try {
    const situation = await findSituation(context, null, { settings: true });
    const code = printStatus(context, situation, { long: false, json: false });
    const usage = json && verbose ? reportUsage((await gatherFacts(context, situation)).usage) : {};
    const judged = ready ? judgeReadiness(viewOf(situation)?.report ?? null, code) : code;
    const isMeant = request.selection.named.has(member.name) || isWanted(member, situation);
    const truth = describeTruth(context, situation);
    return {
      member,
      code: isMeant ? judged : ExitStatus.done,
      text: [captured.stdout.trim(), ...(truth === null ? [] : [truth])].join('; '),
      headline: findHeadline(situation, context.clock.wall(), false) ?? nameState(context, member, situation),
      report: { ...reportSituation(context, situation), ...usage },
      errors: readSentences(captured.stderr),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const errors = [...readSentences(captured.stderr), error.message];
    return { member, code: error.status, text: '', headline: null, report: { state: 'unknown' }, errors };
  }
}

/** What is disabled, started only by its name, or done need not be up. */
function isWanted({ configuration }: Member, situation: Situation): boolean {
  const { disable, autostart } = configuration.settings;
  return !disable && autostart && !isDone(configuration, situation);
}

/** As `list` calls it. */
function nameState(context: ActionContext, member: Member, situation: Situation): Headline {
  const { mark, word, why } = describeMember(context, member, situation);
  return { mark, word, rest: why === '' ? '' : `: ${why}` };
}

function printLines({ world }: SplitRequest, found: readonly Found[]): void {
  const known = found.filter(({ headline }) => headline !== null);
  if (!isTerminal(1)) {
    for (const { member, text } of known) print(world as ActionContext, `${member.name}: ${text}`);
    return;
  }
  const look = chooseLook(world.stdout as NodeJS.WriteStream, process.env);
  const rows = known.map(({ member }) => [member.name]);
  const [width = 0] = measureColumns(rows, [{ most: Math.floor(look.columns / 3) }]);
  for (const one of known) world.write(`${formatLine(one, width, look)}\n`);
}

function formatLine({ member, headline }: Found, width: number, look: Look): string {
  const { mark, word, rest, next } = headline as Headline;
  const colour = colourOf(mark);
  const clause = tameText(`${rest}${next ? `; ${next}` : ''}`);
  const parts = [
    [signOf(mark, look), colour],
    ` ${pad(member.name, width)}  `,
    [word, colour],
    clause,
  ] as const;
  return cutStyled(parts, look.columns, look, glyphsOf(look).ellipsis);
}

/** The version of the layout of the object around those of the programs. */
const SCHEMA = 1;

function printObject({ world, fleet, selection }: SplitRequest, found: readonly Found[]): void {
  const programs = [
    ...found.map(({ member, code, report, errors }) => ({
      ...report,
      name: member.name,
      status: code,
      errors,
    })),
    ...selection.faulty.map(({ name, fault }) => ({
      name,
      state: 'faulty',
      status: ExitStatus.usage,
      errors: [fault],
    })),
  ];
  addFacts(world as ActionContext, { fleet: fleet.file, programs });
  print(world as ActionContext, writeJson({ schema: SCHEMA, fleet: fleet.file, programs }));
}

/** With `-v` or `-l`, each program has several lines. */
async function printBlocks(request: SplitRequest): Promise<number[]> {
  const { world, split, selection } = request;
  const codes: number[] = [];
  for (const [at, member] of selection.members.entries()) {
    const context = contextOf(request, member);
    if (at > 0) print(context, '');
    if (!isTerminal(1)) print(context, `${member.name}:`);
    const code = await request.runOne(context, 'status', split.own);
    const { disable, autostart } = member.configuration.settings;
    const isMeant = selection.named.has(member.name) || (!disable && autostart);
    codes.push(isMeant ? code : ExitStatus.done);
    if (world.interrupt.aborted) break;
  }
  return codes;
}
