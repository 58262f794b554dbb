import { lstatSync, realpathSync } from 'node:fs';
import type { LaunchOrder } from '../protocol/launch-order';
import { applyRefresh } from '../protocol/launch-order';
import { checkStateFolder, nameStateFolder } from '../state/folder';
import { locateSocket } from '../state/socket-path';
import { UserError } from '../system/errors';
import { findUserToBecome } from '../system/users';
import type { ActionContext } from './context';
import { LockHeld, launchManager } from './launch';
import { writeOrder, writeRefresh } from './order';
import { checkTrust } from './preflight/trust';
import { findSituation, observe, type Situation } from './situation';
import { WinnerPoll } from './winner-poll';

/** What can get a new manager. */
export type Adoptable = Extract<Situation, { kind: 'orphaned' | 'leftovers' }>;

/** `findSituation`, but an orphaned program gets a manager first. */
export async function findOrAdopt(context: ActionContext): Promise<Situation> {
  const situation = await findSituation(context);
  return situation.kind === 'orphaned' ? adopt(context, situation) : situation;
}

/**
 * Starts a manager for a program, or for processes of its groups, whose manager is dead; it works by the order that the
 * dead one had.
 *
 * @param found what `findSituation` returned
 * @returns the situation then; of the same kind as `found` it never is
 * @throws UserError when no manager can be started
 */
export async function adopt(context: ActionContext, found: Adoptable): Promise<Situation> {
  const order = writeAdoption(context, found.order);
  const poll = new WinnerPoll(context.clock, order);
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
    // Another process is faster, which is as good.
    const winner = await poll.next();
    if (winner) return { kind: 'managed', view: winner };
    const situation = await observe(context);
    if (situation.kind !== found.kind) return situation;
  }
}

/**
 * As root, the order in another user's folder is that user's word: it is carried out as that user or not at all.
 *
 * @throws UserError for a folder that cannot be trusted
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
      ? applyRefresh(saved, writeRefresh(configuration, []))
      : writeOrder({ configuration, args: [], user, patient: false });
  const told = isForeign ? { ...order.settings, user: settings.user } : order.settings;
  return { ...order, settings: told, purpose: 'adopt', socket, stateFolder: realpathSync(folder) };
}
