import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keepFormerSocket } from '../../client/configured/former-socket';
import type { Fleet } from '../../settings/fleet/fleet';
import type { Clock } from '../../system/clock';

/** Finds the program of a folder whose manager still listens where a file without a fleet has its socket. */
export async function keepFormerSockets({ kind, path, members }: Fleet, clock: Clock): Promise<void> {
  if (kind !== 'folder' || !existsSync(join(path, 'zdsock'))) return;
  for (const { configuration } of members) await keepFormerSocket(configuration, clock);
}
