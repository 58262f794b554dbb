import { findManager, takeUpLitter } from '../../client/adopt';
import { type ActionContext, complain, print } from '../../client/context';
import { endWait } from '../../client/interrupt';
import { findLitter, findOrphan } from '../../client/orphan';
import { nameProgram } from '../../client/preflight/places';
import { awaitWithDots } from '../../client/progress';
import { ManagerLeft, NoManager } from '../../client/request';
import { askManager } from '../../client/view';
import { awaitDownPlain, tell } from '../../client/zdaemon-manager';
import type { StopOutcome } from '../../protocol/outcomes';
import { locateSocket } from '../../state/socket-path';
import { ExitStatus } from '../../system/errors';

/** How many managers may die under a stop. */
const MOST_LOSSES = 3;

/**
 * `stop`: returns when nothing of the program is left, and its manager is gone too.
 *
 * @returns the exit status: 0 also when there was nothing to stop
 */
export async function stop(context: ActionContext): Promise<number> {
  for (let losses = 0; ; losses++) {
    try {
      return await stopOnce(context);
    } catch (error) {
      // Its manager died at it: the program has a right to a stop all the same.
      if (!(error instanceof ManagerLeft) || losses === MOST_LOSSES) throw error;
    }
  }
}

async function stopOnce(context: ActionContext): Promise<number> {
  const view = (await findManager(context)) ?? (await takeUpLitter(context));
  if (!view) {
    print(context, 'daemon manager not running');
    return ExitStatus.done;
  }
  if (view.pid === null && view.wanted === 'down' && view.report?.state !== 'stopping') {
    print(context, 'daemon process not running');
    return ExitStatus.done;
  }
  if (view.report) {
    const { outcome, reason = 'a start was asked for meanwhile' } = await awaitStop(context);
    if (outcome === 'cancelled' || outcome === 'failed') {
      print(context, '');
      const name = nameProgram(context.configuration.settings.program);
      complain(context, `cannot stop ${name}: ${reason}`);
      return ExitStatus.failed;
    }
  } else {
    await tell(context, 'stop');
    await awaitDownPlain(context).catch(error => endWait(context, error, undefined));
  }
  print(context, '\ndaemon process stopped');
  return ExitStatus.done;
}

async function awaitStop(context: ActionContext): Promise<StopOutcome> {
  const { configuration, clock } = context;
  const exchange = { socket: locateSocket(configuration.settings), clock, limit: null };
  // The manager's end closes the connection: only then its lock is free.
  const untilClosed = (reply: string) => reply.includes('"leaves":true');
  const ask = (signal: AbortSignal) =>
    askManager({ ...exchange, signal, untilClosed }, 'stop').catch(error => {
      if (!(error instanceof NoManager)) throw error;
      // It was killed between the look and the request, or has done what we wanted.
      if (findOrphan(context) ?? findLitter(context)) throw new ManagerLeft();
      return { outcome: 'stopped' };
    });
  try {
    return (await awaitWithDots(ask, context)) as StopOutcome;
  } catch (error) {
    return endWait(context, error, { outcome: 'stopped' });
  }
}
