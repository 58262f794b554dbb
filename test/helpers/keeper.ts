import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { canHaveKeeper } from '../../src/protocol/keeper/command';
import type { Place } from './cli';
import { report } from './numbered-program';
import { waitForEnd } from './processes';
import { until } from './within';

/** Why tests of the keeper cannot run here, or false. */
export const keeperMissing =
  (!canHaveKeeper(existsSync('/proc/self/fd')) || spawnSync('perl', ['-v']).status !== 0) &&
  'needs perl, /proc and a processor whose system calls are known';

/** Kills three managers, each as soon as it answers: the keeper begins no other one then until it is asked to. */
export async function killThreeManagers(place: Place): Promise<void> {
  const killed: number[] = [];
  for (let count = 0; count < 3; count++) {
    const { managerPid } = await until(30, 'another manager', async () => {
      const now = await report(place);
      return !killed.includes(now.managerPid) && now;
    });
    process.kill(managerPid, 'SIGKILL');
    killed.push(managerPid);
    await waitForEnd(managerPid);
  }
}
