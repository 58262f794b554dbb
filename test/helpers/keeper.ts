import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { canHaveKeeper } from '../../src/protocol/keeper/command';

/** Why tests of the keeper cannot run here, or false. */
export const keeperMissing =
  (!canHaveKeeper(existsSync('/proc/self/fd')) || spawnSync('perl', ['-v']).status !== 0) &&
  'needs perl, /proc and a processor whose system calls are known';
