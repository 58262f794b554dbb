import { bringUp } from '../../client/bring-up';
import { describeChanges } from '../../client/configured/changes';
import { noteFormerManager } from '../../client/configured/former-socket';
import { type ActionContext, complain } from '../../client/context';
import { checkProbes } from '../../client/preflight/probes';
import { checkTests, refuseWords } from '../../client/preflight/program';
import { findUnapplied } from '../../client/preflight/restart';
import { findSituation, viewOf } from '../../client/situation';
import { isTerminal } from '../../system/terminal';
import { reportBringUp } from './report-start';

/**
 * `start [args…]`: brings the program up, and reports success only once it is up.
 *
 * @param args words appended to the program's
 * @param options `once`: it is not to be started again at its end
 * @returns the exit status
 * @throws UsageError for a start test that cannot be run
 */
export async function start(
  context: ActionContext,
  args: string[],
  { once = false }: { once?: boolean } = {},
): Promise<number> {
  refuseWords(context.configuration, args);
  const view = viewOf(await findSituation(context, 'start', { settings: true }));
  if (!view) await noteFormerManager(context);
  // A program that is up needs no start test, and zdaemon counts a test that cannot be run as passed.
  if (!view?.pid && context.flavour === 'zd') {
    checkTests(context.configuration);
    checkProbes(context.configuration);
  }
  const isIdle = view?.report && view.pid === null && context.flavour === 'zd';
  const unapplied = isIdle ? await findUnapplied(context) : null;
  const result = await bringUp(context, args, view, { once });
  if (result.outcome === 'already' && args.length > 0 && context.flavour === 'zd')
    complain(context, 'note: the words after start were not used; restart uses them');
  const status = reportBringUp(context, result, pid => `daemon process started, pid=${pid}`);
  const old = context.flavour === 'zd' && view?.pid ? view.report : null;
  const note = old ? describeChanges(context.configuration, old) : unapplied;
  if (note !== null) complain(context, note);
  if (result.outcome === 'started' && !view) noteLostOutput(context);
  return status;
}

/** On a terminal only: a script that throws the output away knows that it does. */
function noteLostOutput(context: ActionContext): void {
  const { settings, origins } = context.configuration;
  if (settings.transcriptProgram !== null) return;
  const isKept = settings.transcript !== '/dev/null' || origins.transcript !== 'default' || !settings.daemon;
  if (isKept || context.flavour === 'zdaemon' || context.quiet) return;
  if (isTerminal(2)) complain(context, 'output is not kept; transcript = FILE keeps it');
}
