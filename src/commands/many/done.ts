import { type Situation, viewOf } from '../../client/situation';
import type { Configuration } from '../../settings/settings';
import { findDown, lastExitOf } from '../inspect/state-text';

/**
 * Whether a program has done what it was started for: it is to run `once`, and has ended with success. That is status 0,
 * or another one of `exit-codes` if these are configured: by default 2 is among them, but nobody has said that of it.
 *
 * @param configuration of the program
 * @param situation what was found
 */
export function isDone(
  { settings, origins }: Pick<Configuration, 'settings' | 'origins'>,
  situation: Situation,
): boolean {
  if (!settings.once || situation.kind === 'orphaned' || viewOf(situation)?.pid) return false;
  const code = lastExitOf(situation)?.code ?? null;
  const isConfigured = origins.exitCodes !== 'default' && settings.exitCodes.some(one => one === code);
  if (code === null || (code !== 0 && !isConfigured)) return false;
  const down = findDown(situation);
  // An end before start-seconds is a failed start, also one with success.
  const isQuick = down?.outcome === 'failed' && /^it ended with /.test(down.reason ?? '');
  return down?.outcome === 'ended' || isQuick;
}
