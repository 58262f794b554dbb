import { bringUp } from '../../client/bring-up';
import type { ActionContext } from '../../client/context';
import { noteFormerManager } from '../../client/former-socket';
import { checkStartTest } from '../../client/preflight/program';
import { findSituation, viewOf } from '../../client/situation';
import { reportBringUp } from './report-start';

/**
 * `start [args…]`: brings the program up, and reports success only once it is up.
 *
 * @param args words appended to the program's
 * @returns the exit status
 * @throws UsageError for a start test that cannot be run
 */
export async function start(context: ActionContext, args: string[]): Promise<number> {
  const view = viewOf(await findSituation(context, 'start'));
  if (!view) await noteFormerManager(context);
  // A program that is up needs no start test, and zdaemon counts a test that cannot be run as passed.
  if (!view?.pid && context.flavour === 'zd') checkStartTest(context.configuration);
  const result = await bringUp(context, args, view);
  return reportBringUp(context, result, pid => `daemon process started, pid=${pid}`);
}
