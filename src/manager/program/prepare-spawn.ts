import type { LaunchOrder } from '../../protocol/launch-order';
import { findProgram } from '../../system/find-program';
import type { SpawnRequest } from '../parent/parent';

export interface SpawnSurroundings {
  /** The program's environment, before the configured variables are added. */
  environment: Record<string, string | undefined>;
  /** The folders in which a relative program is looked up. */
  folders: string[];
}

/**
 * Looks up a command and assembles its arguments and its environment; done anew for each start.
 *
 * @param args the command and its arguments
 * @param order with the configured variables
 * @returns everything a spawn needs except the standard streams, or the reason why the command was not found
 */
export function prepareSpawn(
  args: string[],
  order: Pick<LaunchOrder, 'environment'>,
  surroundings: SpawnSurroundings,
): Pick<SpawnRequest, 'file' | 'args' | 'environment'> | { reason: string } {
  const environment = { ...surroundings.environment, ...order.environment };
  const found = findProgram(args[0] ?? '', surroundings.folders, environment.PATH);
  return 'reason' in found ? found : { file: found.file, args, environment };
}
