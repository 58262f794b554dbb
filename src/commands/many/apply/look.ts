import { uptime } from 'node:os';
import type { ActionContext } from '../../../client/context';
import { checkApply } from '../../../client/preflight/restart';
import { checkText } from '../../../client/preflight/trust';
import { checkWatched } from '../../../client/preflight/watched';
import { findSituation, type Situation, viewOf } from '../../../client/situation';
import type { LaunchOrder } from '../../../protocol/launch-order';
import type { StatusReport } from '../../../protocol/messages';
import type { DownRecord } from '../../../protocol/outcomes';
import type { Member } from '../../../settings/fleet/fleet';
import { nameStateFolder } from '../../../state/folder';
import { locateSocket } from '../../../state/socket-path';
import { readOwnedState } from '../../../state/state-file';
import { UserError } from '../../../system/errors';
import { type ApplyPlan, planApply } from '../../apply/apply';
import { findDown } from '../../inspect/state-text';
import { isDone } from '../done';
import type { Life, Seen } from './plan';
import type { Need } from './steps';

/** What was found out about a program, for the plan and for what carries it out. */
export interface Look {
  seen: Seen;
  member: Member;
  /** What its manager reported; null without one. */
  report: StatusReport | null;
  /** What the files change of what runs; null if nothing runs. */
  change: ApplyPlan | null;
  /** Words after `start` that the next start keeps. */
  words: readonly string[];
}

export interface LookOptions {
  /** When `apply` or `up` stopped the program; null if it did not. */
  stoppedAt: number | null;
  needs: readonly Need[];
  /** What is wrong with `after`, as a sentence: the program must not be started. */
  orderFault: string | null;
  /** Nobody looks at what a saved file says: one that others can write is refused. */
  isWatched: boolean;
}

/**
 * Finds out what runs of a program, and what the files say of it.
 *
 * @param context of the program
 * @throws only what is no user's error
 */
export async function lookAt(context: ActionContext, member: Member, options: LookOptions): Promise<Look> {
  const { settings, origins } = member.configuration;
  const seen: Seen = {
    name: member.name,
    life: 'never',
    isManaged: false,
    isDone: false,
    needs: options.needs,
    disabledIn: settings.disable ? origins.disable : null,
    autostart: settings.autostart,
    changes: [],
    fault: null,
  };
  const look: Look = { seen, member, report: null, change: null, words: [] };
  try {
    checkText(member.configuration);
    if (options.isWatched) checkWatched(member.configuration);
    await fill(look, context, options);
    if (options.orderFault !== null && !isUp(seen)) seen.fault = options.orderFault;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    seen.fault = error.message;
  }
  return look;
}

async function fill(look: Look, context: ActionContext, { stoppedAt }: LookOptions): Promise<void> {
  const { seen } = look;
  const { configuration } = context;
  const situation = await findSituation(context, 'apply', { settings: true });
  const view = viewOf(situation);
  if (view && !view.report)
    throw new UserError(`cannot apply to a manager of zdaemon, pid ${view.managerPid}: stop it first`);
  look.report = view?.report ?? null;
  seen.isManaged = look.report !== null;
  seen.isDone = isDone(look.member.configuration, situation);
  seen.life = seen.isDone ? 'done' : findLife(situation, stoppedAt);
  // After the system has begun anew, everything is to be run anew.
  const endedAt = findDown(situation)?.at ?? null;
  if (seen.life === 'done' && endedAt !== null && endedAt < context.clock.wall() - uptime()) {
    seen.life = 'lost';
    seen.isDone = false;
  }
  if (seen.disabledIn !== null) return;
  const order = seen.life === 'up' || seen.life === 'never' ? null : readOrder(context);
  const old = look.report ?? (order && reportOf(order));
  if (!old || seen.life === 'never') return;
  look.change = planApply(configuration, old, false);
  seen.changes = look.change.changes;
  look.words = order?.args ?? readOrder(context)?.args ?? [];
  if (isUp(seen) && seen.changes.length > 0)
    checkApply(
      Object.create(context, { configuration: { value: look.change.configuration } }),
      look.report?.pid ?? null,
    );
}

function isUp({ life }: Seen): boolean {
  return life === 'up' || life === 'orphaned';
}

function findLife(situation: Situation, stoppedAt: number | null): Life {
  if (situation.kind === 'orphaned') return 'orphaned';
  const report = viewOf(situation)?.report;
  if (report) {
    const isIdle = report.pid === null && report.state === 'idle';
    if (!isIdle && report.wanted === 'up') return 'up';
    const { outcome, at = null, by, user, inARow, reason } = report;
    if (!outcome) return report.wanted === 'up' ? 'never' : 'stopped';
    return judge({ outcome, at, by: by ?? 'unknown', user, inARow: inARow ?? 0, reason }, stoppedAt);
  }
  const { down, lastExit } = situation as Extract<Situation, { kind: 'nothing' | 'leftovers' }>;
  if (!down) return lastExit === null ? 'never' : 'lost';
  return judge(down, stoppedAt);
}

function judge({ outcome, at, by }: DownRecord, stoppedAt: number | null): Life {
  if (outcome === 'failed' || outcome === 'gave-up') return 'failed';
  if (outcome === 'ended') return 'done';
  // A manager that was killed together with its program has recorded no time.
  if (outcome === 'killed') return at === null ? 'lost' : 'done';
  if (stoppedAt !== null && at !== null && at <= stoppedAt) return 'withdrawn';
  // A manager that was told to leave by a signal, as at a shutdown, was not meant to stop its program for good.
  return by === 'stop' ? 'stopped' : 'lost';
}

function readOrder({ configuration }: ActionContext): LaunchOrder | null {
  return readOwnedState(nameStateFolder(locateSocket(configuration.settings))).state?.order ?? null;
}

/** As a manager with this order would report it. */
function reportOf(order: LaunchOrder): Pick<StatusReport, 'running' | 'source'> {
  const { settings, environment, eventLog, attached, source = null } = order;
  return { running: { settings, environment, eventLog, attached }, source };
}
