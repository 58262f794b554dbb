import { join } from 'node:path';
import { findSocketOwner } from '../../client/address';
import { adopt } from '../../client/adopt';
import { type ActionContext, addFacts, print } from '../../client/context';
import { writeOrder } from '../../client/order';
import { refuseLateNeeds } from '../../client/preflight/root-needs';
import { checkTrust } from '../../client/preflight/trust';
import { ManagerLeft, NoManager, RequestFailed } from '../../client/request';
import type { Situation } from '../../client/situation';
import { askManager, findSituation, observe, viewOf } from '../../client/situation';
import type { LaunchOrder } from '../../protocol/launch-order';
import type { UpgradeParams } from '../../protocol/messages';
import type { UpgradeOutcome } from '../../protocol/outcomes';
import { hasProgram } from '../../settings/schedule/what-runs';
import { ExitStatus, UserError } from '../../system/errors';
import { findUser } from '../../system/users';

/** Seconds that a handover may take; see the limits in `manager/takeover/handover.ts`. */
const UPGRADE_LIMIT = 30;

/**
 * `upgrade`: replaces the running manager with one of this zd, with the current settings. The program is not touched.
 * If the new manager cannot take over, the old one continues.
 *
 * @returns 0; 3 when there is no manager
 * @throws UserError with the reason for a refusal
 */
export async function upgrade(context: ActionContext): Promise<number> {
  const situation = await findSituation(context, 'upgrade');
  if (situation.kind !== 'managed') return upgradeDead(context, situation);
  if (!situation.view.report)
    throw new UserError(
      'cannot upgrade a manager of zdaemon: it does not support that; stop and start it instead',
    );
  return (await upgradeManaged(context)) ?? upgradeDead(context, await observe(context));
}

/**
 * Replaces a manager that answers.
 *
 * @returns null when it has exited before it replied
 * @throws UserError with the reason for a refusal
 */
export async function upgradeManaged(context: ActionContext): Promise<number | null> {
  const { configuration } = context;
  checkTrust(configuration);
  refuseLateNeeds(configuration, findSocketOwner(configuration));
  const params: UpgradeParams = { execPath: process.execPath, script: join(__dirname, 'manager.js') };
  if (hasProgram(configuration.settings)) {
    const { user } = configuration.settings;
    const owner = user !== null && process.getuid?.() === 0 ? findUser(user) : null;
    const order = writeOrder({ configuration, args: [], user: owner, patient: false });
    // A manager of zd 0.1 reads the words that it shows in ps from this field.
    params.order = { ...order, program: order.settings.program } as LaunchOrder;
  }
  const upgraded = await requestUpgrade(context, params);
  if (!upgraded) return null;
  addFacts(context, { changed: true, managerPid: upgraded.managerPid });
  print(context, `daemon manager upgraded, pid=${upgraded.managerPid}`);
  return ExitStatus.done;
}

/** @returns null when the manager has exited before it replied */
async function requestUpgrade(context: ActionContext, params: UpgradeParams) {
  try {
    return (await askManager(context, { limit: UPGRADE_LIMIT }, 'upgrade', params)) as UpgradeOutcome;
  } catch (error) {
    if (error instanceof NoManager || error instanceof ManagerLeft) return null;
    if (!(error instanceof RequestFailed)) throw error;
    throw new UserError(`cannot upgrade: ${error.message}; the running manager continues`);
  }
}

/** There is nothing to hand over from a dead manager: a new one adopts its program. */
async function upgradeDead(context: ActionContext, situation: Situation): Promise<number> {
  const view = viewOf(situation.kind === 'orphaned' ? await adopt(context, situation) : situation);
  if (view) addFacts(context, { changed: true, managerPid: view.managerPid });
  print(context, view ? `daemon manager upgraded, pid=${view.managerPid}` : 'daemon manager not running');
  return view ? ExitStatus.done : ExitStatus.notRunning;
}
