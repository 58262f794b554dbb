import { findOrAdopt } from '../../client/adopt';
import { type ActionContext, print } from '../../client/context';
import { openVisit, type Visit } from '../../client/following/visit';
import { nameInMessages } from '../../client/preflight/name';
import { RequestFailed } from '../../client/request';
import { describeView, observe, viewOf } from '../../client/situation';
import type { AttachParams } from '../../protocol/console';
import { sleep } from '../../system/clock';
import { ExitStatus, UsageError, UserError } from '../../system/errors';
import { ConsoleView } from './console-view';
import { LinesView } from './lines-view';
import { VisitorTerminal } from './terminal';
import type { View } from './view';

/** Attempts, and seconds between them, while one manager hands over to another. */
const TRIES = 50;
const PAUSE = 0.1;

/**
 * `attach [--read-only]`: shows the console of the program, and passes on what is typed, until the visitor leaves.
 *
 * @returns 0 when the visitor or the manager has left; 3 without a manager
 */
export async function attach(context: ActionContext, readOnly: boolean): Promise<number> {
  const view = viewOf(await findOrAdopt(context, readOnly ? null : 'attach'));
  if (!view) {
    print(context, describeView(null));
    return ExitStatus.notRunning;
  }
  refuseWithoutTerminal(context);
  if (!view.report) throw new UserError("cannot attach: its manager is zdaemon's, which cannot do that");
  const over = new AbortController();
  const params: AttachParams = { size: new VisitorTerminal().size, types: !readOnly };
  const first = await openVisit(context, params).catch(error => {
    throw error instanceof RequestFailed ? new UserError(`cannot attach: ${error.message}`) : error;
  });
  const visit = first ?? (await openAgain(context, params, over.signal));
  if (!visit) {
    print(context, describeView(null));
    return ExitStatus.notRunning;
  }
  const options = {
    name: nameInMessages(context),
    readOnly,
    detachKey: context.configuration.settings.detachKey,
    ended: () => over.abort(),
  };
  const shown = visit.reply.terminal ? new ConsoleView(context, options) : new LinesView(context, options);
  // With a listener, Ctrl-C of another process does not end the client before the terminal is restored.
  context.interrupt.addEventListener('abort', options.ended);
  try {
    await follow(context, { visit, view: shown, params, over: over.signal });
  } finally {
    context.interrupt.removeEventListener('abort', options.ended);
    shown.leave();
  }
  const { name } = options;
  print(
    context,
    over.signal.aborted ? `zd: left ${name}, which goes on` : `zd: the manager of ${name} has left`,
  );
  return ExitStatus.done;
}

interface Following {
  visit: Visit;
  view: View;
  params: AttachParams;
  over: AbortSignal;
}

async function follow(context: ActionContext, { visit, view, params, over }: Following): Promise<void> {
  for (let present: Visit | null = visit; present; present = await openAgain(context, params, over)) {
    const { stream } = present;
    const stop = () => stream.close();
    over.addEventListener('abort', stop, { once: true });
    if (over.aborted) stop();
    await view.begin(present);
    for (let notice = await stream.next(); notice && !over.aborted; notice = await stream.next())
      await view.take(notice);
    over.removeEventListener('abort', stop);
    stop();
  }
}

/** @returns null when there is no manager any more, or the visitor leaves */
async function openAgain(
  context: ActionContext,
  params: AttachParams,
  over: AbortSignal,
): Promise<Visit | null> {
  for (let tries = 0; !over.aborted; tries++) {
    if (viewOf(await observe(context)) === null) return null;
    try {
      const size = new VisitorTerminal().size;
      const visit = await openVisit(context, { ...params, size });
      if (visit) return visit;
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      if (tries >= TRIES) throw new UserError(`cannot attach again: ${error.message}`);
    }
    await sleep(PAUSE, context.clock);
  }
  return null;
}

function refuseWithoutTerminal({ facts }: ActionContext): void {
  if (facts)
    throw new UsageError('cannot use --json with attach, which needs a terminal; use zd logtail and zd send');
  if (process.stdin.isTTY && process.stdout.isTTY) return;
  throw new UsageError(
    'cannot attach without a terminal: zd logtail -f follows the output, and zd send types',
  );
}
