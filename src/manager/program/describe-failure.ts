import { explainSpawn } from '../../system/run/explain-spawn';
import type { SpawnError, SpawnRequest } from '../parent/parent';

/** Why a process could not be spawned, as a phrase. */
export function describeFailure(request: SpawnRequest, error: SpawnError): string {
  const { file, directory, chain } = request;
  if (error.stage === 'link' && chain) return loadChain().explainLink(chain, error);
  if (error.stage === 'directory')
    return `cannot change to the directory ${directory}: ${explainSpawn('', error)}`;
  return explainSpawn(file, error, request);
}

function loadChain(): typeof import('./exec-chain') {
  return require('./exec-chain');
}
