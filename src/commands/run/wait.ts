import { findManager } from '../../client/adopt';
import { type ActionContext, print } from '../../client/context';
import { endWait } from '../../client/interrupt';
import type { View } from '../../client/look';
import { awaitWithDots } from '../../client/progress';
import { NoManager, RequestFailed, request } from '../../client/request';
import { describeView, viewManager } from '../../client/view';
import { awaitDownPlain } from '../../client/zdaemon-manager';
import { locateSocket } from '../../state/socket-path';
import { ExitStatus } from '../../system/errors';

/**
 * `wait`: returns when the program has ended, whatever the reason; then says what `status` says. A manager that is
 * replaced or dies meanwhile does not end it.
 *
 * @returns 0
 */
export async function wait(context: ActionContext): Promise<number> {
  try {
    await awaitEnd(context, await findManager(context));
  } catch (error) {
    endWait(context, error, undefined);
  }
  print(context, '\ndaemon process stopped');
  print(context, describeView(await viewManager(context)));
  return ExitStatus.done;
}

async function awaitEnd(context: ActionContext, first: View | null): Promise<void> {
  for (let view = first; view && view.pid === first?.pid; view = await findManager(context)) {
    if (!view.report) return awaitDownPlain(context);
    if (await askForEnd(context)) return;
  }
}

/** @returns false when the manager was gone before the program */
function askForEnd(context: ActionContext): Promise<boolean> {
  const { configuration, clock } = context;
  const exchange = { socket: locateSocket(configuration.settings), clock, limit: null };
  const ask = (signal: AbortSignal) =>
    request({ ...exchange, signal }, 'wait').then(
      () => true,
      error => {
        if (error instanceof NoManager || error instanceof RequestFailed) return false;
        throw error;
      },
    );
  return awaitWithDots(ask, context);
}
