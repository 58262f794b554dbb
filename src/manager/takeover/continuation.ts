import type { SavedState } from '../../state/saved-state';
import { resume } from '../lifecycle/read-life';
import type { Effect, Lifecycle, Rules } from '../lifecycle/types';
import type { KeeperParent } from '../parent/keeper-parent';
import { loadOwnCommand } from '../perform';

/** Effects that run a command beside the program; one that an earlier manager has begun is ended first. */
const RUNNING_COMMANDS: readonly Effect['do'][] = ['stopProgram', 'prepare', 'afterExit'];

/**
 * What a manager performs to continue for another one, whose commands beside the program it ends where it runs them
 * anew.
 *
 * @returns the effects, and apart from them those that need the program: what accompanies its run
 */
export function planContinuation(
  life: Lifecycle,
  rules: Rules,
  { deliveries }: Pick<SavedState, 'deliveries'>,
  keeper: KeeperParent,
): { first: Effect[]; late: Effect[] } {
  const effects = resume(life, rules);
  if (deliveries || effects.some(({ do: name }) => RUNNING_COMMANDS.includes(name)))
    loadOwnCommand().endEarlierCommands(keeper);
  const isLate = (effect: Effect) => effect.do === 'attend' || effect.do === 'holdClocks';
  return { first: effects.filter(effect => !isLate(effect)), late: effects.filter(isLate) };
}
