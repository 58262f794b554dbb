import { bringUp } from '../../client/bring-up';
import { type ActionContext, complain, print } from '../../client/context';
import { nameInMessages } from '../../client/preflight/name';
import { checkProbes } from '../../client/preflight/probes';
import { checkTests, refuseWords } from '../../client/preflight/program';
import { findSituation, viewOf } from '../../client/situation';
import { findKeeperPerl } from '../../protocol/keeper/command';
import { refuseConflicts } from '../../settings/conflicts';
import type { Configuration } from '../../settings/settings';
import { findRemains } from '../../state/orphans';
import { locateSocket } from '../../state/socket-path';
import { ExitStatus } from '../../system/errors';
import { reportBringUp } from './report-start';

/**
 * `fg --supervise [args…]`: runs manager and program in the foreground, with the rules for restarts: for containers, and
 * for service managers, which take this process for the program.
 *
 * @param args words appended to the program's
 * @returns the exit status of the program's last run, 128 + n when signal n ended it; 1 if there was none
 * @throws UsageError for settings that are wrong without a background
 */
export async function supervise(given: ActionContext, args: string[]): Promise<number> {
  const context = { ...given, configuration: inForeground(given.configuration) };
  const { configuration, stderr } = context;
  refuseConflicts(configuration);
  refuseWords(configuration, args);
  const situation = await findSituation(context);
  const view = viewOf(situation);
  if (view?.pid || situation.kind === 'orphaned') {
    print(context, 'To run the program in the foreground, please stop it first.');
    return ExitStatus.failed;
  }
  if (view) {
    const pid = view.report?.managerPid;
    const which = pid
      ? `its manager, pid ${pid}, waits for a start; kill ${pid}`
      : 'it has a manager already';
    complain(context, `cannot run ${nameInMessages(context)} in the foreground: ${which}`);
    return ExitStatus.failed;
  }
  checkTests(configuration);
  checkProbes(configuration);
  if (process.pid === 1) stderr.write(`zd: note: ${explainOrphans()}\n`);
  const result = await bringUp(context, args, null, { mirrors: true });
  const status = reportBringUp(context, result, pid => `daemon process started, pid=${pid}`);
  if (result.outcome === 'ended') reportGivingUp(context);
  return 'endedWith' in result ? (result.endedWith ?? status) : status;
}

function inForeground(configuration: Configuration): Configuration {
  const { settings, origins } = configuration;
  return {
    ...configuration,
    settings: { ...settings, daemon: false },
    origins: { ...origins, daemon: 'fg --supervise' },
  };
}

/** Its status alone would look like that of an end on its own. */
function reportGivingUp(context: ActionContext): void {
  const remains = findRemains(locateSocket(context.configuration.settings), context.clock);
  const down = 'down' in remains ? remains.down : null;
  if (down?.outcome !== 'gave-up') return;
  const times = `${down.inARow} early ${down.inARow === 1 ? 'end' : 'ends'} in a row`;
  complain(context, `gave up on ${nameInMessages(context)} after ${times}: ${down.reason}`);
}

/** With perl, bin/zd leaves process 1 to what reaps orphans. */
export function explainOrphans(): string {
  const remedy =
    findKeeperPerl(process.env.PATH) === null ? 'install perl' : 'begin it as zd, and not by a file of Node';
  return `as process 1, Node does not reap processes whose parent has ended; ${remedy}`;
}
