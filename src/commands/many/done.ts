import type { Situation } from '../../client/situation';
import type { Configuration } from '../../settings/settings';
import { findDown, lastExitOf } from '../inspect/state-text';

/**
 * Whether a program has done what it was started for: it is to run `once`, and has ended with success.
 *
 * @param configuration of the program
 * @param situation what was found
 */
export function isDone({ settings }: Pick<Configuration, 'settings'>, situation: Situation): boolean {
  return settings.once && findDown(situation)?.outcome === 'ended' && lastExitOf(situation)?.code === 0;
}
