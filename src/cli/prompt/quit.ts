import { findAddress } from '../../client/address';
import { type ActionContext, complain, print, printAfterWait } from '../../client/context';
import { awaitWithDots } from '../../client/progress';
import type { View } from '../../client/query';
import { isAbsence } from '../../client/query';
import { request } from '../../client/request';
import * as zdaemonManager from '../../client/zdaemon-manager';

/**
 * Stops a manager whose program is down, and waits until it has exited, as in zdaemon.
 *
 * @param context Ctrl-C ends the wait
 * @param view what the manager reported
 * @throws Interrupted
 */
export async function stopManager(context: ActionContext, view: View): Promise<void> {
  print(context, 'daemon process not running; stopping daemon manager');
  if (view.report) await awaitExit(context);
  else {
    const reply = await zdaemonManager.send(context, 'exit');
    if (reply.startsWith('Unknown command')) {
      complain(
        context,
        `cannot stop the manager, pid ${view.managerPid}: it does not support the exit command`,
      );
      return;
    }
    await zdaemonManager.awaitExit(context);
  }
  printAfterWait(context, 'daemon manager stopped');
}

async function awaitExit(context: ActionContext): Promise<void> {
  const exchange = {
    socket: findAddress(context.configuration),
    clock: context.clock,
    limit: null,
  };
  // The connection closes when the manager exits.
  const ask = (signal: AbortSignal) =>
    request({ ...exchange, signal, untilClosed: () => true }, 'exit').catch(error => {
      if (!isAbsence(error)) throw error;
    });
  await awaitWithDots(ask, context);
}
