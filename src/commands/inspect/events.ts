import { type ActionContext, complain, print } from '../../client/context';
import { followEvents } from '../../client/following/follow';
import type { Notice } from '../../client/following/subscription';
import { RequestFailed } from '../../client/request';
import { describeView, findSituation, viewOf } from '../../client/situation';
import type { ProgramEvent } from '../../protocol/events';
import { formatLocalTime } from '../../system/clock';
import { ExitStatus, UserError } from '../../system/errors';
import { writeJson } from '../../system/show-controls';
import { describeEnding } from '../../system/signals';
import { formatDuration, formatInstant } from './human';

/**
 * `events [--json]`: prints what happens to the program, one line each, until the manager leaves.
 *
 * @param json print the events as they are, one object on each line
 * @returns 0 when the manager has left, or after Ctrl-C; 3 without one
 */
export async function events(context: ActionContext, json: boolean): Promise<number> {
  const view = viewOf(await findSituation(context));
  if (view === null) {
    complain(context, describeView(null));
    return ExitStatus.notRunning;
  }
  if (!view.report) throw new UserError('cannot show events: a manager of zdaemon does not report them');
  const over = new AbortController();
  const stop = () => over.abort();
  context.stdout.once('error', stop);
  context.interrupt.addEventListener('abort', stop, { once: true });
  const write = (notice: Notice) =>
    json ? context.write(`${writeJson(notice)}\n`) : print(context, describeNotice(notice));
  try {
    await followEvents(context, write, over.signal);
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    throw new UserError(`cannot show events: ${error.message}`);
  } finally {
    context.stdout.off('error', stop);
    context.interrupt.removeEventListener('abort', stop);
  }
  return ExitStatus.done;
}

/** `2026-11-26 03:44:10  app  exited, pid 4021, exit status 3, up 1.2 s`. */
export function describeNotice(notice: Notice): string {
  if (!('n' in notice)) return `${notice.count} events were dropped: they were not read in time`;
  return `${formatLocalTime(notice.at).replace('T', ' ')}  ${notice.program}  ${describeEvent(notice)}`;
}

/** `exited, pid 4021, exit status 3, up 1.2 s`. */
export function describeEvent({ n: _, at, program, event, ...details }: ProgramEvent): string {
  return [event, ...describeDetails(details as Record<string, unknown>, at)].join(', ');
}

/** In the order in which a reader asks for them; what is unknown here follows as it is. */
function describeDetails(details: Record<string, unknown>, at: number): string[] {
  const { pid, code, signal, core, uptime, after, until, by, user, reason, outcome, inARow, ...others } =
    details;
  const words: string[] = [];
  if (typeof pid === 'number') words.push(`pid ${pid}`);
  if ((typeof code === 'number' || typeof signal === 'number') && pid !== null)
    words.push(describeEnding({ code: code as number | null, signal: signal as number | null }));
  if (core) words.push('core dumped');
  if (typeof outcome === 'string' && outcome !== 'stopped') words.push(outcome);
  if (typeof uptime === 'number') words.push(`up ${formatDuration(uptime)}`);
  if (typeof after === 'number') words.push(`after ${formatDuration(after)}`);
  if (typeof until === 'number') words.push(`until ${formatInstant(until, at).replace(/^at /, '')}`);
  if (typeof inARow === 'number') words.push(`${inARow} early exits in a row`);
  if (typeof by === 'string' && by !== 'nobody') words.push(`by ${by}${user ? ` (${user})` : ''}`);
  if (typeof reason === 'string') words.push(reason);
  for (const [name, value] of Object.entries(others))
    if (value !== null) words.push(`${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return words;
}
