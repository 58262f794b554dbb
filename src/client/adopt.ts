import { realpathSync } from 'node:fs';
import type { LaunchOrder } from '../protocol/launch-order';
import { applyRefresh } from '../protocol/launch-order';
import type { StatusParams } from '../protocol/messages';
import { checkStateFolder, nameStateFolder } from '../state/folder';
import { locateSocket } from '../state/socket-path';
import { readOwnedState } from '../state/state-file';
import { UserError } from '../system/errors';
import { findUserToBecome } from '../system/users';
import { type Act, isAnothers } from './configured/whose';
import type { ActionContext } from './context';
import { LockHeld, launchManager } from './launch';
import { writeOrder, writeRefresh } from './order';
import { checkTrust, findOwners } from './preflight/trust';
import { findSituation, observe, type Situation } from './situation';
import { WinnerPoll } from './winner-poll';

/** The situations in which a new manager adopts what still runs. */
export type Adoptable = Extract<Situation, { kind: 'orphaned' | 'leftovers' }>;

/** Like `findSituation`, but starts a manager for an orphaned program first. */
export async function findOrAdopt(
  context: ActionContext,
  act: Act | null = null,
  asked?: StatusParams,
): Promise<Situation> {
  const situation = await findSituation(context, act, asked);
  return situation.kind === 'orphaned' ? adopt(context, situation) : situation;
}

/**
 * Starts a manager for an orphaned program or for leftovers. It follows the launch order of the dead manager.
 *
 * @param found what `findSituation` returned
 * @returns the new situation; its kind always differs from that of `found`
 * @throws UserError when no manager can be started
 */
export async function adopt(context: ActionContext, found: Adoptable): Promise<Situation> {
  const order = writeAdoption(context, found);
  const poll = new WinnerPoll(context.clock, context.configuration, order);
  for (;;) {
    try {
      const outcome = await launchManager(order, context.interrupt);
      const situation = await observe(context);
      if (situation.kind !== found.kind) return situation;
      if (outcome.outcome === 'refused')
        throw new UserError(`cannot adopt the program: ${outcome.stage}: ${outcome.reason}`);
    } catch (error) {
      if (!(error instanceof LockHeld)) throw error;
    }
    // Another process is already starting a manager, which serves the same purpose.
    const winner = await poll.next();
    if (winner) return { kind: 'managed', view: winner };
    const situation = await observe(context);
    if (situation.kind !== found.kind) return situation;
  }
}

/**
 * The order in another user's folder may be forged by that user. As root, it is used only with a configured `user` to
 * run it as; otherwise a new order is written.
 *
 * @throws UserError for a folder that cannot be trusted
 */
function writeAdoption(context: ActionContext, found: Adoptable): LaunchOrder {
  const { configuration } = context;
  const { settings } = configuration;
  const user = findUserToBecome(settings.user, settings);
  const socket = locateSocket(settings);
  const folder = nameStateFolder(socket);
  checkTrust(configuration);
  const owners = findOwners(configuration);
  checkStateFolder(folder, owners, settings.insecure);
  // Read again: whose it is must be known of the very folder, which may be another one than a moment ago.
  const { state, owner } = readOwnedState(folder);
  if (owner !== null && !settings.insecure && !owners.includes(owner))
    throw new UserError(`cannot use the state folder ${folder}: it was replaced meanwhile; try again`);
  const isForeign = process.getuid?.() === 0 && owner !== 0;
  const saved = state?.order;
  const order =
    saved && !(isForeign && !user)
      ? applyRefresh(saved, isAnothers(context, found) ? {} : writeRefresh(configuration, []))
      : writeOrder({ configuration, args: [], user, patient: false, isAdoption: true });
  const { group, supplementaryGroups } = settings;
  const whom = { user: settings.user, group, supplementaryGroups };
  const effective = isForeign ? { ...order.settings, ...whom } : order.settings;
  // What root has left only root can use, and what a user has left is no reason to act as root.
  const staysRoot = user !== null && owner === 0;
  return {
    ...order,
    settings: effective,
    staysRoot,
    purpose: 'adopt',
    socket,
    stateFolder: realpathSync(folder),
  };
}
