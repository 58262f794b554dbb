import { describeChanges, findDrift } from '../../client/configured/changes';
import { type ActionContext, complain, print } from '../../client/context';
import type { View } from '../../client/query';
import type { Situation } from '../../client/situation';
import { describeView, findSituation, viewOf } from '../../client/situation';
import { STATUS_SCHEMA, type StatusReport } from '../../protocol/messages';
import { flattenDown } from '../../protocol/outcomes';
import { isReady } from '../../protocol/readiness';
import { reportPlainStatus } from '../../protocol/status-text';
import { ExitStatus } from '../../system/errors';
import { isSuspended } from '../../system/processes';
import { writeJson } from '../../system/show-controls';
import { isTerminal } from '../../system/terminal';
import { describeDown, describeTransition, findDown, joinState, lastExitOf } from './state-text';

export interface StatusOptions {
  /** Add the raw reply of the manager (`-l`). */
  long: boolean;
  json: boolean;
  /** Succeed only if the program is ready (`--ready`). */
  ready?: boolean;
}

/**
 * `status [-l] [--ready] [--json]`.
 *
 * @returns 0 when the program is up or its schedule waits, 1 when it is up without a manager, or not ready as asked, 3
 *   when it is down; called as zdaemon, 3 only without a manager (zdaemon)
 */
export async function status(context: ActionContext, { long, json, ready }: StatusOptions): Promise<number> {
  const asked = context.configuration.file === null ? {} : { settings: true };
  const situation = await findSituation(context, null, asked);
  const code = printStatus(context, situation, { long, json });
  if (!json && context.flavour === 'zd') printTruth(context, situation);
  return ready ? judgeReadiness(viewOf(situation)?.report ?? null, code) : code;
}

/** The exit status of `status --ready`: without a probe, a program is ready once it counts as started. */
export function judgeReadiness(report: StatusReport | null, code: number): number {
  if (report === null) return code;
  if (isReady(report)) return ExitStatus.done;
  return report.pid === null ? ExitStatus.notRunning : ExitStatus.failed;
}

/** Prints the sentence of zdaemon, or JSON, for a situation that is already known; see `status`. */
export function printStatus(
  context: ActionContext,
  situation: Situation,
  { long, json }: StatusOptions,
): number {
  if (situation.kind === 'orphaned' && context.flavour === 'zd')
    return reportOrphan(context, situation, json);
  const view = viewOf(situation);
  if (json) print(context, writeJson(reportSituation(context, situation)));
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
  return judgeSituation(context, situation);
}

/** The exit status of `status`. */
export function judgeSituation({ flavour }: ActionContext, situation: Situation): number {
  const view = viewOf(situation);
  if (situation.kind === 'orphaned' && flavour === 'zd') return ExitStatus.failed;
  if (flavour === 'zdaemon') return view ? ExitStatus.done : ExitStatus.notRunning;
  return view?.pid || view?.report?.state === 'waiting' ? ExitStatus.done : ExitStatus.notRunning;
}

/** The object of `--json`. */
export function reportSituation(context: ActionContext, situation: Situation): object {
  const view = viewOf(situation);
  if (view) return reportView(context, view);
  if (situation.kind !== 'orphaned') return reportAbsence(situation);
  const { pid, startedAt } = situation.program;
  return { schema: STATUS_SCHEMA, state: 'orphaned', pid, since: startedAt };
}

/** On a terminal a block about the program; elsewhere one line, only where the sentence misleads. */
function printTruth(context: ActionContext, situation: Situation): void {
  if (isTerminal(1)) {
    const { printBlock } = require('./status-block') as typeof import('./status-block');
    return printBlock(context, situation);
  }
  const truth = describeTruth(context, situation);
  if (truth !== null) print(context, truth);
}

/** What is true where the sentence misleads, in one line; null where it does not. */
export function describeTruth({ clock }: ActionContext, situation: Situation): string | null {
  const report = viewOf(situation)?.report;
  const text = report && describeTransition(report);
  if (text) return joinState(text);
  const down = findDown(situation);
  if (!down || down.outcome === 'stopped') return null;
  return joinState(describeDown(down, lastExitOf(situation), clock.wall()));
}

/** With a configuration file, also what differs from it. */
function reportView({ configuration }: ActionContext, view: View): object {
  const { report } = view;
  if (!report) return describeZdaemon(view);
  const { running, ...others } = report;
  if (!running) return report;
  const changes = findDrift(configuration, report)?.map(({ isTyped, ...change }) => change) ?? null;
  return { ...others, changes };
}

function reportAbsence(situation: Situation): object {
  const down = flattenDown(findDown(situation));
  const lastExit = lastExitOf(situation);
  const hasFailed = down.outcome === 'failed' || down.outcome === 'gave-up';
  const state = hasFailed ? 'failed' : 'down';
  return { schema: STATUS_SCHEMA, state, pid: null, ...down, lastExit };
}

/** A manager of zdaemon reports in text what `--json` can show of it. */
function describeZdaemon({ text }: View): object {
  return { schema: STATUS_SCHEMA, manager: 'zdaemon', ...reportPlainStatus(text) };
}

/** On standard error: scripts read the sentence on standard output. */
export function warnOfLogs(context: ActionContext, report: StatusReport): void {
  const { transcript, transcriptError: error, transcriptHeld: held, transcriptLost: lost } = report;
  if (error) {
    const bytes = `${held} bytes wait in memory, ${lost} bytes were lost`;
    // What is wrong with the command of that setting names it.
    if (error.startsWith('transcript-program')) complain(context, `${error}; ${bytes}`);
    else complain(context, `cannot write the transcript ${transcript}: ${error}; ${bytes}`);
  }
  if (report.eventLogError) complain(context, report.eventLogError);
  const { missing = [], fault = null } = report.watch ?? {};
  for (const path of missing) complain(context, `restart-on-change: ${path} is missing`);
  if (fault !== null) complain(context, `the changed configuration was not applied: ${fault}`);
}

function reportOrphan(context: ActionContext, situation: Situation, json: boolean): number {
  if (json) print(context, writeJson(reportSituation(context, situation)));
  else {
    const { pid } = (situation as Extract<Situation, { kind: 'orphaned' }>).program;
    const suspended = isSuspended(pid) ? '; suspended' : '';
    print(
      context,
      `daemon manager not running; program still running, pid=${pid} (zd start adopts it)${suspended}`,
    );
  }
  return ExitStatus.failed;
}
