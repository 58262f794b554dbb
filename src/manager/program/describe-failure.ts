import { loadInside } from '../../settings/surroundings/locate-program';
import { explainSpawn } from '../../system/run/explain-spawn';
import type { SpawnError, SpawnRequest } from '../parent/parent';

/** Why a process could not be spawned, as a phrase. */
export function describeFailure(
  request: Pick<SpawnRequest, 'file' | 'inside' | 'directory' | 'chain' | 'args' | 'environment'>,
  error: SpawnError,
): string {
  const { file, directory, chain } = request;
  if (error.stage === 'link' && chain) return loadChain().explainLink(chain, error);
  if (error.stage === 'directory')
    return `cannot change to the directory ${directory}: ${explainSpawn('', error)}`;
  const chroot = chain?.links.find(({ call }) => call === 'chroot')?.args[0];
  if (typeof chroot !== 'string') return explainSpawn(file, error, request);
  const has = (path: string) => loadInside().existsInside(chroot, path);
  return explainSpawn(file, error, { ...request, root: { path: chroot, has } });
}

function loadChain(): typeof import('./exec-chain') {
  return require('./exec-chain');
}
