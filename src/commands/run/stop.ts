import { adopt, findOrAdopt } from '../../client/adopt';
import { type ActionContext, addFacts, complain, print, printAfterWait } from '../../client/context';
import { describing } from '../../client/describe-wait';
import { endWait } from '../../client/interrupt';
import { nameInMessages } from '../../client/preflight/name';
import { awaitWithDots } from '../../client/progress';
import { ManagerLeft, NoManager } from '../../client/request';
import { askManager, observe, viewOf } from '../../client/situation';
import * as zdaemonManager from '../../client/zdaemon-manager';
import type { StopParams } from '../../protocol/messages';
import type { StopOutcome } from '../../protocol/outcomes';
import { ExitStatus, UserError } from '../../system/errors';
import { nameCaller } from '../../system/users';
import { reportKilled } from './report-start';

/** Number of managers that may die during one stop. */
const MOST_LOSSES = 3;

/** How the program is to be stopped. */
export type StopWishes = Pick<StopParams, 'afterRun' | 'now' | 'wait'>;

/**
 * `stop`: returns once the program and the rest of its process group have exited and, without hang-around, the manager.
 *
 * @returns the exit status: 0 also when there was nothing to stop
 */
export async function stop(context: ActionContext, wishes: StopWishes = {}): Promise<number> {
  for (let losses = 0; ; losses++) {
    try {
      return await stopOnce(context, wishes, losses > 0);
    } catch (error) {
      // The manager died during the stop; the next one continues it.
      if (!(error instanceof ManagerLeft) || losses === MOST_LOSSES) throw error;
    }
  }
}

/** @param isRetry whether a manager died that had got the request; it may have completed it */
async function stopOnce(context: ActionContext, wishes: StopWishes, isRetry: boolean): Promise<number> {
  const found = await findOrAdopt(context, 'stop');
  const view = viewOf(found.kind === 'leftovers' ? await adopt(context, found) : found);
  // A stop that a dying manager had got has changed something.
  if (isRetry) addFacts(context, { changed: true });
  if (!view) {
    printEnd(context, 'daemon manager not running', isRetry);
    return ExitStatus.done;
  }
  if (view.pid === null && view.wanted === 'down' && view.report?.state !== 'stopping') {
    printEnd(context, 'daemon process not running', isRetry);
    return ExitStatus.done;
  }
  if (view.report) {
    const answer = await awaitStop(context, wishes);
    const { outcome, killed, reason = 'a start was requested at the same time' } = answer;
    if (outcome === 'stopping') return reportBegun(context, view.pid);
    if (outcome === 'cancelled' || outcome === 'failed') {
      if (context.flavour === 'zdaemon') print(context, '');
      const name = nameInMessages(context);
      complain(context, `cannot stop ${name}: ${reason}`);
      return ExitStatus.failed;
    }
    addFacts(context, { changed: true, killed: killed ?? [] });
    printAfterWait(context, 'daemon process stopped');
    // Who asked for it now did not want to wait.
    if (!wishes.now) reportKilled(context, killed);
    return ExitStatus.done;
  }
  return stopZdaemon(context, wishes, view.pid);
}

async function stopZdaemon(context: ActionContext, wishes: StopWishes, pid: number | null): Promise<number> {
  const { now = false, wait = true } = wishes;
  if (now) throw new UserError("cannot stop it now: its manager is zdaemon's; use kill KILL after stop");
  await zdaemonManager.send(context, 'stop');
  if (!wait) return reportBegun(context, pid);
  await zdaemonManager.awaitDown(context).catch(error => endWait(context, error, undefined));
  addFacts(context, { changed: true });
  printAfterWait(context, 'daemon process stopped');
  return ExitStatus.done;
}

/** @param pid of the program; null when only what it has left behind is being ended */
function reportBegun(context: ActionContext, pid: number | null): number {
  addFacts(context, { changed: true, outcome: 'stopping' });
  print(context, `daemon process stopping${pid === null ? '' : `, pid=${pid}`}`);
  return ExitStatus.done;
}

/** @param isRetry whether the manager that died had got the request: then it has stopped the program */
function printEnd(context: ActionContext, text: string, isRetry: boolean): void {
  if (isRetry) printAfterWait(context, 'daemon process stopped');
  else print(context, text);
}

async function awaitStop(context: ActionContext, wishes: StopWishes): Promise<StopOutcome> {
  // The connection closes when the manager exits; only then is its lock free.
  const untilClosed = (reply: string) => reply.includes('"leaves":true');
  const ask = (signal: AbortSignal) =>
    askManager(context, { limit: null, signal, untilClosed }, 'stop', {
      user: nameCaller(),
      ...wishes,
    }).catch(async error => {
      if (!(error instanceof NoManager)) throw error;
      // Since its last status, the manager was killed or has completed the stop.
      if ((await observe(context)).kind !== 'nothing') throw new ManagerLeft();
      return { outcome: 'stopped' };
    });
  try {
    return (await awaitWithDots(ask, context, undefined, describing(context, null))) as StopOutcome;
  } catch (error) {
    return endWait(context, error, { outcome: 'stopped' });
  }
}
