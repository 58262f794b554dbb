import { lstatSync, realpathSync } from 'node:fs';
import type { LaunchOrder } from '../protocol/launch-order';
import { checkStateFolder, nameStateFolder } from '../state/folder';
import { locateSocket } from '../state/socket-path';
import { UserError } from '../system/errors';
import { findUserToBecome } from '../system/users';
import type { ActionContext } from './context';
import { LockHeld, launchManager } from './launch';
import { lookAtManager, type View } from './look';
import { writeOrder, writeRefresh } from './order';
import { findLitter, findOrphan } from './orphan';
import { checkTrust } from './preflight/trust';
import { Race } from './race';
import { viewManager } from './view';

/**
 * Finds the manager, or gives a program without one a new one: for what has to be asked of a manager.
 *
 * @returns what it says, or null when there is neither manager nor program
 */
export async function findManager(context: ActionContext): Promise<View | null> {
  return (await viewManager(context)) ?? (await takeBack(context));
}

/**
 * Gives a program whose manager is dead a new one, which goes on by the order the dead one had.
 *
 * @returns what the new manager says, or null when there was no such program
 * @throws UserError when there is one, but no manager for it
 */
export function takeBack(context: ActionContext): Promise<View | null> {
  return giveManager(context, () => findOrphan(context));
}

/**
 * The same for a program that is dead, but has left processes of its group, so that they can be stopped.
 *
 * @returns what the new manager says, or null when there were none or they are gone already
 */
export function takeUpLitter(context: ActionContext): Promise<View | null> {
  return giveManager(context, () => findLitter(context));
}

async function giveManager(
  context: ActionContext,
  find: () => { order: LaunchOrder | null } | null,
): Promise<View | null> {
  const left = find();
  if (!left) return null;
  const order = writeAdoption(context, left.order);
  const race = new Race(context.clock, order);
  for (;;) {
    try {
      const told = await launchManager(order, context.interrupt);
      const view = await lookAtManager(order.socket, context.clock);
      if (view || !find()) return view;
      if (told.outcome === 'refused')
        throw new UserError(`cannot take back the program: ${told.stage}: ${told.reason}`);
    } catch (error) {
      if (!(error instanceof LockHeld)) throw error;
    }
    // Somebody else is faster, which is as good.
    const winner = await race.look();
    if (winner || !find()) return winner;
  }
}

/**
 * To root, the order in another user's folder is that user's word: it is carried out as that user or not at all.
 *
 * @throws UserError for a folder that is not to be trusted
 */
function writeAdoption({ configuration }: ActionContext, saved: LaunchOrder | null): LaunchOrder {
  const { settings } = configuration;
  const user = findUserToBecome(settings.user);
  const socket = locateSocket(settings);
  const folder = nameStateFolder(socket);
  checkTrust(configuration);
  checkStateFolder(folder, user, settings.insecure);
  const isForeign = process.getuid?.() === 0 && lstatSync(folder).uid !== 0;
  const order =
    saved && !(isForeign && !user)
      ? { ...saved, ...writeRefresh(configuration, []), ...(isForeign ? { user: settings.user } : {}) }
      : writeOrder({ configuration, args: [], user, patient: false });
  return { ...order, purpose: 'adopt', socket, stateFolder: realpathSync(folder) };
}
