import { findAddress } from '../../client/address';
import { findOrAdopt } from '../../client/adopt';
import { type ActionContext, print, printAfterWait } from '../../client/context';
import { endWait } from '../../client/interrupt';
import { awaitWithDots, Interrupted } from '../../client/progress';
import type { View } from '../../client/query';
import { NoManager, RequestFailed, request } from '../../client/request';
import { describeView, findSituation, observe, viewOf } from '../../client/situation';
import * as zdaemonManager from '../../client/zdaemon-manager';
import { sleep } from '../../system/clock';
import { ExitStatus } from '../../system/errors';

/** Seconds between polls of a manager that is about to exit. */
const POLL_INTERVAL = 0.02;

/**
 * `wait`: returns when the program has exited, for whatever reason, and prints what `status` prints. The wait survives
 * a manager that dies or is replaced.
 *
 * @returns 0
 */
export async function wait(context: ActionContext): Promise<number> {
  try {
    await awaitEnd(context, viewOf(await findOrAdopt(context)));
  } catch (error) {
    // Nothing was asked of the manager.
    const isOwn = context.flavour === 'zd' && error instanceof Interrupted;
    endWait(context, isOwn ? new Interrupted('interrupted: the program goes on') : error, undefined);
  }
  printAfterWait(context, 'daemon process stopped');
  print(context, describeView(await findSettled(context)));
  return ExitStatus.done;
}

/** A manager that is stopping is about to exit with its program. */
async function findSettled(context: ActionContext): Promise<View | null> {
  for (let view = viewOf(await findSituation(context)); ; view = viewOf(await observe(context))) {
    if (view?.pid !== null || view.report?.state !== 'stopping') return view;
    await sleep(POLL_INTERVAL, context.clock);
  }
}

async function awaitEnd(context: ActionContext, first: View | null): Promise<void> {
  for (let view = first; view && view.pid === first?.pid; view = viewOf(await findOrAdopt(context))) {
    if (!view.report) return zdaemonManager.awaitDown(context);
    if (await askForEnd(context, view.pid ?? 0)) return;
  }
}

/** @returns false when the manager exited before the program */
function askForEnd(context: ActionContext, pid: number): Promise<boolean> {
  const describeEnd = async (seconds: number) => `waiting for the end of pid ${pid}: ${seconds} s`;
  const { configuration, clock } = context;
  const exchange = { socket: findAddress(configuration), clock, limit: null };
  const ask = (signal: AbortSignal) =>
    request({ ...exchange, signal }, 'wait').then(
      () => true,
      error => {
        if (error instanceof NoManager || error instanceof RequestFailed) return false;
        throw error;
      },
    );
  return awaitWithDots(ask, context, undefined, describeEnd);
}
