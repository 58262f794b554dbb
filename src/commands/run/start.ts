import { bringUp } from '../../client/bring-up';
import type { ActionContext } from '../../client/context';
import { checkStartTest } from '../../client/preflight/program';
import { findSituation, viewOf } from '../../client/situation';
import { reportBringUp } from './report-start';

/**
 * `start [args…]`: has the program up, and says so only when it is.
 *
 * @param args words to add to the program's
 * @returns the exit status
 * @throws UsageError for a start test that cannot be run
 */
export async function start(context: ActionContext, args: string[]): Promise<number> {
  const view = viewOf(await findSituation(context));
  // A program that is up stays up, and zdaemon takes a test that cannot be run for passed.
  if (!view?.pid && context.flavour === 'zd') checkStartTest(context.configuration);
  const result = await bringUp(context, args, view);
  return reportBringUp(context, result, pid => `daemon process started, pid=${pid}`);
}
