import { describeChanges } from '../../client/configured/changes';
import { type ActionContext, complain, print } from '../../client/context';
import type { Situation } from '../../client/situation';
import { describeView, findSituation, viewOf } from '../../client/situation';
import { STATUS_SCHEMA, type StatusReport } from '../../protocol/messages';
import type { SavedProgram } from '../../state/saved-state';
import { ExitStatus } from '../../system/errors';
import { isSuspended } from '../../system/processes';
import { writeJson } from '../../system/show-controls';

export interface StatusOptions {
  /** Add the raw reply of the manager (`-l`). */
  long: boolean;
  json: boolean;
}

/**
 * `status [-l] [--json]`.
 *
 * @returns 0 when the program is up, 1 when it is up without a manager, 3 when it is down; called as zdaemon, 3 only
 *   without a manager (zdaemon)
 */
export async function status(context: ActionContext, { long, json }: StatusOptions): Promise<number> {
  const asked = json || context.configuration.file === null ? {} : { settings: true };
  return printStatus(context, await findSituation(context, null, asked), { long, json });
}

/** Prints a situation that is already known; see `status`. */
export function printStatus(
  context: ActionContext,
  situation: Situation,
  { long, json }: StatusOptions,
): number {
  if (situation.kind === 'orphaned' && context.flavour === 'zd')
    return reportOrphan(context, situation.program, json);
  const view = viewOf(situation);
  if (json)
    print(context, writeJson(view?.report ?? { schema: STATUS_SCHEMA, state: 'no manager', pid: null }));
  else {
    const suspended = view?.report?.suspended && context.flavour === 'zd';
    print(context, `${describeView(view)}${suspended ? '; suspended' : ''}`);
    if (view?.report && context.flavour === 'zd') {
      warnOfLogs(context, view.report);
      const changes = describeChanges(context.configuration, view.report);
      if (changes !== null) complain(context, changes);
    }
  }
  if (long && view) print(context, view.text);
  if (context.flavour === 'zdaemon') return view ? ExitStatus.done : ExitStatus.notRunning;
  return view?.pid ? ExitStatus.done : ExitStatus.notRunning;
}

/** On standard error: scripts read the sentence on standard output. */
function warnOfLogs(context: ActionContext, report: StatusReport): void {
  const { transcript, transcriptError: error, transcriptHeld: held, transcriptLost: lost } = report;
  if (error) {
    const bytes = `${held} bytes wait in memory, ${lost} bytes were lost`;
    complain(context, `cannot write the transcript ${transcript}: ${error}; ${bytes}`);
  }
  if (report.eventLogError) complain(context, report.eventLogError);
}

function reportOrphan(context: ActionContext, { pid, startedAt }: SavedProgram, json: boolean): number {
  if (json) print(context, writeJson({ schema: STATUS_SCHEMA, state: 'orphaned', pid, since: startedAt }));
  else {
    const suspended = isSuspended(pid) ? '; suspended' : '';
    print(
      context,
      `daemon manager not running; program still running, pid=${pid} (zd start adopts it)${suspended}`,
    );
  }
  return ExitStatus.failed;
}
