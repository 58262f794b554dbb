import { setMaxListeners } from 'node:events';
import { replaceStreams } from '../../client/capture';
import type { ActionContext } from '../../client/context';
import { UserError } from '../../system/errors';
import { writeJson } from '../../system/show-controls';
import { complainOfFaulty } from '../many/print-outcomes';
import { readOptions } from '../many/read-options';
import { findSingle, refuseProgramWords, type SplitRequest } from '../many/request';
import { contextOf, worstOf } from '../many/run-member';
import { showFleet } from './fleet/fleet-panel';
import type { TopCommand } from './top-command';
import { canDraw, top, watch } from './watch';

/**
 * `top [NAME…]` for many programs: a panel with all of them. With `--json`, an object for each sample of each.
 *
 * @returns 0 when the user has left it
 * @throws UserError where there is no screen
 */
export async function topMany(request: SplitRequest): Promise<number> {
  const { split } = request;
  const { json } = readOptions<TopCommand>(request, 'top');
  const single = findSingle(request);
  if (single) return request.runOne(contextOf(request, single), 'top', split.own);
  refuseProgramWords(request);
  if (json) return printEach(request, true, top);
  if (!canDraw())
    throw new UserError(
      'cannot show top: this is not a terminal that can be drawn on; use zd status --watch',
    );
  return showFleet(request);
}

/**
 * `status --watch` for many programs: on a terminal the panel of `top`, elsewhere a line, or with `--json` an object, for each change of any of them.
 *
 * @returns 0 when nobody reads any more, or after Ctrl-C
 */
export function watchMany(request: SplitRequest, json: boolean): Promise<number> {
  return !json && canDraw() ? showFleet(request) : printEach(request, json, watch);
}

/** Each program for itself, and with `--json` its name in each object. */
async function printEach(
  request: SplitRequest,
  json: boolean,
  print: (context: ActionContext, json: boolean) => Promise<number>,
): Promise<number> {
  const { selection, world } = request;
  complainOfFaulty(request, selection);
  // Each program notices that nobody reads any more.
  setMaxListeners(0, world.stdout);
  const codes = selection.members.map(member => {
    const context = contextOf(request, member);
    const write = (text: string) =>
      context.write(`${writeJson({ program: member.name, ...JSON.parse(text) })}\n`);
    return print(json ? replaceStreams(context, { write }) : context, json);
  });
  return worstOf(await Promise.all(codes));
}
