import { setMaxListeners } from 'node:events';
import { type ActionContext, complain } from '../../client/context';
import type { Member } from '../../settings/fleet/fleet';
import { ExitStatus, UserError } from '../../system/errors';
import { chooseLook } from '../../system/terminal';
import { complainOfFaulty } from '../many/print-outcomes';
import { readOptions } from '../many/read-options';
import { findSingle, refuseProgramWords, type SplitRequest } from '../many/request';
import { contextOf, worstOf } from '../many/run-member';
import { followMember } from './follow-member';
import { type LogtailOptions, printUntilOver, type Writing } from './logtail';
import type { LogtailCommand } from './logtail-command';
import { NamedLines } from './named-lines';
import { parseSince } from './tail/since';

/**
 * `logtail [-n N] [--since TIME] [-f] [--raw] [NAME…]` for many programs: each line with the name in front; first what is
 * there, program by program, then what comes, in the order in which it comes.
 *
 * @returns 0, also after Ctrl-C; the worst status if some output cannot be read
 */
export async function logtailMany(request: SplitRequest): Promise<number> {
  const { world, split, selection } = request;
  const options = readOptions<LogtailCommand>(request, 'logtail').read(world);
  const single = findSingle(request);
  if (single) return request.runOne(contextOf(request, single), 'logtail', split.own);
  refuseProgramWords(request);
  complainOfFaulty(request, selection);
  const codes = selection.faulty.map((): number => ExitStatus.usage);
  const code = await printUntilOver(world as ActionContext, options, async writing => {
    codes.push(...(await followAll(request, options, writing)));
  });
  return worstOf([code, ...codes]);
}

/** What was there of all comes before what is new of any. */
async function followAll(
  request: SplitRequest,
  options: LogtailOptions,
  writing: Writing,
): Promise<number[]> {
  const { members } = request.selection;
  const { clock, stdout } = request.world;
  // Each program listens.
  setMaxListeners(0, writing.signal);
  const since = options.since === null ? null : parseSince(options.since, clock.wall());
  const isTerminal = (stdout as NodeJS.WriteStream).isTTY === true;
  const lines = new NamedLines({
    names: members.map(({ name }) => name),
    write: writing.write,
    look: isTerminal ? chooseLook(stdout as NodeJS.WriteStream, process.env) : null,
  });
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  const over = new Promise<void>(resolve => {
    writing.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const runs: Promise<number>[] = [];
  for (const member of members) {
    const { write, flush } = lines.writerFor(member.name);
    let isPast = true;
    let caughtUp = () => {};
    const past = new Promise<void>(resolve => {
      caughtUp = resolve;
    });
    const pass = async (chunk: Buffer) => {
      if (!isPast) await Promise.race([opened, over]);
      await write(chunk);
    };
    const run = followOne(request, member, {
      ...writing,
      lines: options.lines,
      since,
      write: pass,
      caughtUp() {
        isPast = false;
        caughtUp();
      },
    }).finally(flush);
    runs.push(run);
    await Promise.race([past, run]);
  }
  open();
  return Promise.all(runs);
}

/** @returns its exit status; what cannot be read of one does not end the others */
async function followOne(
  request: SplitRequest,
  member: Member,
  options: Parameters<typeof followMember>[1],
): Promise<number> {
  try {
    const reason = await followMember(contextOf(request, member), options);
    if (reason !== null && !options.signal.aborted) complain(request.world, `${member.name}: ${reason}`);
    return ExitStatus.done;
  } catch (error) {
    if (options.signal.aborted) return ExitStatus.done;
    if (!(error instanceof UserError)) throw error;
    complain(request.world, `${member.name}: ${error.message}`);
    return error.status;
  }
}
