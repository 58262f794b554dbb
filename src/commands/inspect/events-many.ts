import { setMaxListeners } from 'node:events';
import { type ActionContext, complain, print } from '../../client/context';
import { followEvents } from '../../client/following/follow';
import type { Notice } from '../../client/following/subscription';
import { RequestFailed } from '../../client/request';
import { observe, viewOf } from '../../client/situation';
import type { Member } from '../../settings/fleet/fleet';
import { sleepUnlessAborted } from '../../system/clock';
import { ExitStatus, UserError } from '../../system/errors';
import { writeJson } from '../../system/show-controls';
import { complainOfFaulty } from '../many/print-outcomes';
import { readOptions } from '../many/read-options';
import { findSingle, refuseProgramWords, type SplitRequest } from '../many/request';
import { contextOf, worstOf } from '../many/run-member';
import { describeNotice } from './events';
import type { EventsCommand } from './events-command';

/** Seconds between two looks for a manager of a program that is down. */
const PAUSE = 1;

/**
 * `events [--json] [NAME…]` for many programs: prints what happens to any of them, until all managers have left. A program
 * that is started meanwhile is followed as well.
 *
 * @returns 0 when they have left, or after Ctrl-C; 3 if there was none
 */
export async function eventsMany(request: SplitRequest): Promise<number> {
  const { world, split, selection } = request;
  const { json } = readOptions<EventsCommand>(request, 'events');
  const single = findSingle(request);
  if (single) return request.runOne(contextOf(request, single), 'events', split.own);
  refuseProgramWords(request);
  complainOfFaulty(request, selection);
  const over = new AbortController();
  const stop = () => over.abort();
  world.stdout.once('error', stop);
  // Each program listens.
  setMaxListeners(0, over.signal);
  world.interrupt.addEventListener('abort', stop, { once: true });
  const idle = new Idle(selection.members.length, stop);
  try {
    const codes = await Promise.all(
      selection.members.map(member => followOne(request, member, { json, idle, over: over.signal })),
    );
    const hadOne = idle.hadOne || world.interrupt.aborted;
    if (!hadOne) complain(world, `no program of ${request.fleet.file} has a manager`);
    const faults = selection.faulty.map(() => ExitStatus.usage);
    return worstOf([hadOne ? ExitStatus.done : ExitStatus.notRunning, ...codes, ...faults]);
  } finally {
    world.stdout.off('error', stop);
    world.interrupt.removeEventListener('abort', stop);
  }
}

/** Counts the programs without a manager: with the last one, nothing can happen any more. */
class Idle {
  hadOne = false;
  #left: number;
  readonly #ended: () => void;

  constructor(count: number, ended: () => void) {
    this.#left = count;
    this.#ended = ended;
  }

  enter(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#ended();
  }

  leave(): void {
    this.hadOne = true;
    this.#left += 1;
  }
}

interface FollowOptions {
  json: boolean;
  idle: Idle;
  over: AbortSignal;
}

async function followOne(
  request: SplitRequest,
  member: Member,
  { json, idle, over }: FollowOptions,
): Promise<number> {
  const context = contextOf(request, member);
  const write = (notice: Notice) => writeNotice(context, member.name, notice, json);
  try {
    idle.hadOne ||= viewOf(await observe(context)) !== null;
    await followEvents(context, write, over);
    idle.enter();
    while (await sleepUnlessAborted(PAUSE, context.clock, over)) {
      if (!viewOf(await observe(context, undefined, over))) continue;
      idle.leave();
      await followEvents(context, write, over);
      idle.enter();
    }
    return ExitStatus.done;
  } catch (error) {
    if (!(error instanceof UserError || error instanceof RequestFailed)) throw error;
    complain(context, `${member.name}: cannot show events: ${error.message}`);
    idle.enter();
    return error instanceof UserError ? error.status : ExitStatus.failed;
  }
}

function writeNotice(context: ActionContext, name: string, notice: Notice, json: boolean): void {
  if (json) context.write(`${writeJson({ ...notice, program: name })}\n`);
  else
    print(
      context,
      'n' in notice ? describeNotice({ ...notice, program: name }) : `${name}: ${describeNotice(notice)}`,
    );
}
