import { lookAtManager, type View } from '../control';
import { UserError } from '../errors';
import { LockHeld, launchManager } from '../launch';
import type { LaunchOrder } from '../launch-order';
import { writeOrder, writeRefresh } from '../order';
import type { Orphan } from '../orphan';
import { findUserToBecome } from '../users';
import type { ActionContext } from './context';
import { findOrphan } from './orphan';
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
export async function takeBack(context: ActionContext): Promise<View | null> {
  const orphan = findOrphan(context);
  if (!orphan) return null;
  const order = writeAdoption(context, orphan);
  const race = new Race(context.clock, order);
  for (;;) {
    try {
      const told = await launchManager(order, context.interrupt);
      const view = await lookAtManager(order.socket, context.clock);
      if (view || !findOrphan(context)) return view;
      if (told.outcome === 'refused') {
        throw new UserError(
          `cannot take back the program, pid ${orphan.program.pid}: ${told.stage}: ${told.reason}`,
        );
      }
    } catch (error) {
      if (!(error instanceof LockHeld)) throw error;
    }
    // Somebody else is faster, which is as good.
    const winner = await race.look();
    if (winner || !findOrphan(context)) return winner;
  }
}

function writeAdoption({ configuration }: ActionContext, orphan: Orphan): LaunchOrder {
  const user = findUserToBecome(configuration.settings.user);
  const fresh = () => writeOrder({ configuration, args: [], user, patient: false });
  const order = orphan.order ? { ...orphan.order, ...writeRefresh(configuration, []) } : fresh();
  return { ...order, purpose: 'adopt' };
}
