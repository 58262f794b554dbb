import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { isFolder } from '../../system/files';
import type { FleetKind } from './fleet';
import { FLEET_FOLDER, type Home } from './home';
import { makeName } from './names';

const OWN_KINDS: readonly FleetKind[] = ['folder', 'file', 'copies'];

/**
 * Where the programs of a fleet live: in `.zd` beside their files. Those of a foreign file, and of a folder that cannot
 * be written to, live below `ZD_STATE`, by default `/run/zd` for root and `~/.local/state/zd` for others.
 *
 * @param kind of the fleet
 * @param path its absolute path
 * @param env the environment
 * @returns for the name of a program, its home
 */
export function findPlace(
  kind: FleetKind,
  path: string,
  env: NodeJS.ProcessEnv,
): { place: string; homeOf(name: string): Home } {
  const folder = kind === 'folder' ? path : dirname(path);
  const beside = join(folder, FLEET_FOLDER);
  const stem = makeName(basename(path, extname(path)), new Set());
  if (OWN_KINDS.includes(kind) && (isFolder(beside) || isWritable(folder))) {
    const inner = kind === 'file' ? `${stem}/` : '';
    return { place: join(beside, inner), homeOf: name => ({ place: beside, path: `${inner}${name}` }) };
  }
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8);
  const place = join(findStateRoot(env), `${stem}-${hash}`);
  return { place, homeOf: name => ({ place, path: name }) };
}

function findStateRoot(env: NodeJS.ProcessEnv): string {
  if (env.ZD_STATE) return env.ZD_STATE;
  if (process.geteuid?.() === 0) return '/run/zd';
  return join(env.HOME || homedir(), '.local/state/zd');
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
