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
 * Looks the program up and puts its words and its environment together, anew for each start.
 *
 * @returns all a spawn needs but the standard streams, or why there is nothing to spawn
 */
export function prepareSpawn(
  order: LaunchOrder,
  surroundings: SpawnSurroundings,
): Pick<Spawn, 'file' | 'args' | 'environment'> | { reason: string } {
  const args = [...order.program, ...order.args];
  const environment = { ...surroundings.environment, ...order.environment };
  const found = findProgram(args[0] ?? '', surroundings.folders, environment.PATH);
  return 'reason' in found ? found : { file: found.file, args, environment };
}
