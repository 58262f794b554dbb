import { adopt, findOrAdopt } from '../../client/adopt';
import { type ActionContext, addFacts, complain, print } from '../../client/context';
import { explainWait } from '../../client/explain-wait';
import { endWait } from '../../client/interrupt';
import { nameProgram } from '../../client/preflight/places';
import { awaitWithDots } from '../../client/progress';
import { ManagerLeft, NoManager } from '../../client/request';
import { askManager, observe, viewOf } from '../../client/situation';
import * as zdaemonManager from '../../client/zdaemon-manager';
import type { StopOutcome } from '../../protocol/outcomes';
import { ExitStatus } from '../../system/errors';
import { reportKilled } from './report-start';

/** Number of managers that may die during one stop. */
const MOST_LOSSES = 3;

/**
 * `stop`: returns once the program and the rest of its process group have exited and, without hang-around, the manager.
 *
 * @returns the exit status: 0 also when there was nothing to stop
 */
export async function stop(context: ActionContext): Promise<number> {
  for (let losses = 0; ; losses++) {
    try {
      return await stopOnce(context, losses > 0);
    } catch (error) {
      // The manager died during the stop; the next one continues it.
      if (!(error instanceof ManagerLeft) || losses === MOST_LOSSES) throw error;
    }
  }
}

/** @param isRetry whether a manager died that had got the request; it may have completed it */
async function stopOnce(context: ActionContext, isRetry: boolean): Promise<number> {
  const found = await findOrAdopt(context, 'stop');
  const view = viewOf(found.kind === 'leftovers' ? await adopt(context, found) : found);
  // A stop that a dying manager had got has changed something.
  if (isRetry) addFacts(context, { changed: true });
  if (!view) {
    print(context, isRetry ? '\ndaemon process stopped' : 'daemon manager not running');
    return ExitStatus.done;
  }
  if (view.pid === null && view.wanted === 'down' && view.report?.state !== 'stopping') {
    print(context, isRetry ? '\ndaemon process stopped' : 'daemon process not running');
    return ExitStatus.done;
  }
  if (view.report) {
    const { outcome, killed, reason = 'a start was requested at the same time' } = await awaitStop(context);
    if (outcome === 'cancelled' || outcome === 'failed') {
      print(context, '');
      const name = nameProgram(context.configuration.settings.program);
      complain(context, `cannot stop ${name}: ${reason}`);
      return ExitStatus.failed;
    }
    addFacts(context, { changed: true, killed: killed ?? [] });
    print(context, '\ndaemon process stopped');
    reportKilled(context, killed);
    return ExitStatus.done;
  }
  await zdaemonManager.send(context, 'stop');
  await zdaemonManager.awaitDown(context).catch(error => endWait(context, error, undefined));
  addFacts(context, { changed: true });
  print(context, '\ndaemon process stopped');
  return ExitStatus.done;
}

async function awaitStop(context: ActionContext): Promise<StopOutcome> {
  // The connection closes when the manager exits; only then is its lock free.
  const untilClosed = (reply: string) => reply.includes('"leaves":true');
  const ask = (signal: AbortSignal) =>
    askManager(context, { limit: null, signal, untilClosed }, 'stop').catch(async error => {
      if (!(error instanceof NoManager)) throw error;
      // Since its last status, the manager was killed or has completed the stop.
      if ((await observe(context)).kind !== 'nothing') throw new ManagerLeft();
      return { outcome: 'stopped' };
    });
  try {
    return (await awaitWithDots(ask, context, undefined, () => explainWait(context, null))) as StopOutcome;
  } catch (error) {
    return endWait(context, error, { outcome: 'stopped' });
  }
}
