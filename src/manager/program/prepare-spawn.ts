import type { LaunchOrder } from '../../protocol/launch-order';
import { describeReason } from '../../system/errors';
import { findProgram } from '../../system/find-program';
import { actsAsRoot, trustedUsers } from '../../system/trust/root';
import { refuseForeign } from '../../system/trust/trusted-file';
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
 * @param surroundings
 * @param what it is, for messages
 * @returns everything a spawn needs except the standard streams, or the reason why the command was not found or, as
 *   root, is not trusted: its file may have changed since the last start
 */
export function prepareSpawn(
  args: string[],
  order: Pick<LaunchOrder, 'environment' | 'settings'>,
  surroundings: SpawnSurroundings,
  what = 'the program',
): Pick<SpawnRequest, 'file' | 'args' | 'environment'> | { reason: string; isTrusted: boolean } {
  const environment = { ...surroundings.environment, ...order.environment };
  const found = findProgram(args[0] ?? '', surroundings.folders, environment.PATH);
  if ('reason' in found) return { ...found, isTrusted: true };
  const doubt = order.settings.insecure ? null : findDoubt(what, found.file);
  return doubt === null ? { file: found.file, args, environment } : { reason: doubt, isTrusted: false };
}

function findDoubt(what: string, file: string): string | null {
  if (!actsAsRoot()) return null;
  try {
    refuseForeign(what, file, trustedUsers());
    return null;
  } catch (error) {
    return describeReason(error);
  }
}
