import { findOrAdopt } from '../../client/adopt';
import { type Change, describeChange, findChanges, listKeys } from '../../client/configured/changes';
import { keepRunning } from '../../client/configured/keep-running';
import { type ActionContext, addFacts, complain, print } from '../../client/context';
import { writeRefresh } from '../../client/order';
import { checkApply } from '../../client/preflight/restart';
import { checkWatched } from '../../client/preflight/watched';
import { ANSWER_LIMIT } from '../../client/request';
import { askManager, findSituation, type Situation, viewOf } from '../../client/situation';
import type { ApplyParams, RunningSettings, StatusReport } from '../../protocol/messages';
import type { Configuration } from '../../settings/settings';
import { ExitStatus, UsageError, UserError } from '../../system/errors';
import { nameCaller } from '../../system/users';
import { reportBringUp } from '../run/report-start';
import { restartLiving } from '../run/restart';
import { upgradeManaged } from '../run/upgrade';

export interface ApplyOptions {
  /** Only print what would be done. */
  dryRun: boolean;
  /** On behalf of `watch-config`: what flags have set stays, and a file that others can write is refused. */
  watched: boolean;
}

/**
 * `apply [--dry-run]`: makes what runs equal to the configuration file. Everything is checked before anything changes.
 *
 * @returns 0 when both are equal; 1 when something could not be applied; 3 when there is no manager
 * @throws UserError, UsageError: nothing has changed
 */
export async function apply(context: ActionContext, options: ApplyOptions): Promise<number> {
  const { configuration } = context;
  const { file } = configuration;
  if (file === null) throw new UsageError('cannot apply without a configuration file; use -C');
  if (options.watched) checkWatched(configuration);
  const report = await findReport(context, options.dryRun);
  if (typeof report === 'number') return report;
  const plan = planApply(configuration, report, options.watched);
  addFacts(context, { changed: false, dryRun: options.dryRun, changes: plan.changes });
  if (plan.changes.length === 0) {
    print(context, `${file}: no changes`);
    return ExitStatus.done;
  }
  checkApply({ ...context, configuration: plan.configuration }, report.pid);
  for (const change of plan.changes) print(context, describeChange(change));
  if (options.dryRun) return ExitStatus.done;
  const status = await carryOutApply(context, report, plan);
  const left = plan.changes.filter(isLeft);
  if (left.length === 0) return status;
  complain(context, `not applied: ${listKeys(left)}`);
  return status || ExitStatus.failed;
}

/** What the configuration changes of what a manager runs. */
export interface ApplyPlan {
  changes: Change[];
  /** What the manager is to follow: without what it cannot take over. */
  configuration: Configuration;
}

/**
 * Compares the configuration with what a manager runs.
 *
 * @param configuration
 * @param report of the manager, with `running`
 * @param watched see `ApplyOptions`
 * @throws UserError for a manager that does not say what it runs
 */
export function planApply(
  configuration: Configuration,
  report: Pick<StatusReport, 'running' | 'source'>,
  watched: boolean,
): ApplyPlan {
  const found = findChanges(configuration, report);
  const { running, source } = report;
  if (!found || !running) throw tooOld();
  const flags = watched ? (source?.flags ?? []) : [];
  const typed = watched ? flags : configuration.typed;
  const changes = found.filter(({ key }) => !flags.includes(key));
  const kept = [...flags, ...changes.filter(isLeft).map(({ key }) => key)];
  return { changes, configuration: { ...keepRunning(configuration, running, kept), typed } };
}

/**
 * Carries out a plan, without what needs a stop and a start. The steps have the order in which each finds what it needs: a
 * program starts with what its manager has by then.
 *
 * @param report of the manager, as the plan was made for it
 * @returns the exit status
 */
export async function carryOutApply(
  given: ActionContext,
  report: StatusReport,
  { changes, configuration }: ApplyPlan,
): Promise<number> {
  const context = replaceConfiguration(given, configuration);
  const needs = (step: string) => changes.some(change => change.step.includes(step));
  let status: number = ExitStatus.done;
  if (needs('new manager') && (await upgradeManaged(context)) === null)
    throw new UserError('cannot apply: the manager exited meanwhile; try again');
  // What is down, or waits for its next run, starts with the new settings anyway.
  if (needs('restart') && report.wanted === 'up' && (report.state as string) !== 'waiting') {
    const done = (pid: number) => `daemon process restarted, pid=${pid}`;
    status = reportBringUp(context, await restartLiving(context, []), done);
  }
  const applied = changes.filter(change => !isLeft(change));
  // A manager that gives up exits.
  if (applied.length === 0 || status !== ExitStatus.done) return status;
  await tellManager(context, report.running as RunningSettings, applied);
  addFacts(context, { changed: true });
  return status;
}

/** The last step: what can change at once does, and the manager tells those who listen. */
async function tellManager(
  context: ActionContext,
  { environment }: RunningSettings,
  applied: readonly Change[],
): Promise<void> {
  const refresh = writeRefresh(context.configuration, []);
  if (environment === null) delete refresh.environment;
  const params: ApplyParams = { refresh, changes: applied.map(({ key }) => key), user: nameCaller() };
  await askManager(context, { limit: ANSWER_LIMIT, repeats: true }, 'apply', params);
}

/** @returns the report of the manager, or the exit status if there is none */
async function findReport(context: ActionContext, dryRun: boolean): Promise<StatusReport | number> {
  const asked = { settings: true };
  let situation: Situation = await findSituation(context, 'apply', asked);
  if (situation.kind === 'orphaned' && !dryRun) {
    await findOrAdopt(context, 'apply');
    situation = await findSituation(context, 'apply', asked);
  }
  const view = viewOf(situation);
  if (view) {
    if (view.report) return view.report;
    throw new UserError(
      'cannot apply to a manager of zdaemon: it does not support that; stop and start it instead',
    );
  }
  const orphan = situation.kind === 'orphaned' ? `; program still running, pid=${situation.program.pid}` : '';
  print(context, `daemon manager not running${orphan}`);
  return orphan === '' ? ExitStatus.notRunning : ExitStatus.failed;
}

function replaceConfiguration(context: ActionContext, configuration: Configuration): ActionContext {
  // Its streams open on first use, so they are inherited and not copied.
  return Object.create(context, { configuration: { value: configuration } });
}

/** Whether only a stop and a start can change it. */
export function isLeft({ step }: Change): boolean {
  return step === 'stop and start';
}

function tooOld(): UserError {
  return new UserError('cannot apply: the manager is too old to say what it runs; use zd upgrade first');
}
