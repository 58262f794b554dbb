import type { LaunchOrder } from '../../protocol/launch-order';
import { findProgram } from '../../system/find-program';
import type { Spawn } from './program';

export interface SpawnSurroundings {
  /** The environment the program gets, before the configured variables. */
  environment: Record<string, string | undefined>;
  /** The folders a relative program is looked up in. */
  folders: string[];
}

/**
 * Looks a command up and puts its words and its environment together, anew for each start.
 *
 * @param args its words
 * @param order with the configured variables
 * @returns all a spawn needs but the standard streams, or why there is nothing to spawn
 */
export function prepareSpawn(
  args: string[],
  order: Pick<LaunchOrder, 'environment'>,
  surroundings: SpawnSurroundings,
): Pick<Spawn, 'file' | 'args' | 'environment'> | { reason: string } {
  const environment = { ...surroundings.environment, ...order.environment };
  const found = findProgram(args[0] ?? '', surroundings.folders, environment.PATH);
  return 'reason' in found ? found : { file: found.file, args, environment };
}
