import { KINDS } from '../../protocol/keeper/wire';
import type { SavedProgram, SavedState } from '../../state/saved-state';
import type { Clock } from '../../system/clock';
import { identify, isRunning } from '../../system/identity';
import { isAlive, readAge, readProcess } from '../../system/processes';
import type { KeeperParent } from '../parent/keeper-parent';
import type { KeptRun } from '../parent/kept-run';

/** The program's process as the keeper knows it: running, or with an exit that no manager has saved. */
export function findRun(keeper: KeeperParent, pid: number | null, { lastExit }: SavedState): KeptRun | null {
  const isWanted = (one: KeptRun) => (pid === null ? one.pid !== lastExit?.pid : one.pid === pid);
  return (
    [...keeper.kept, ...keeper.keptExits].find(one => one.kind === KINDS.program && isWanted(one)) ?? null
  );
}

/**
 * Finds the program that is there: the one that an earlier manager has recorded, or one that the keeper has as its child.
 *
 * @param clock for the time of its start
 */
export function findProgram(
  saved: SavedState,
  keeper: KeeperParent | null,
  clock: Pick<Clock, 'wall'>,
): SavedProgram | null {
  if (isRunning(saved.program)) return saved.program;
  const run = keeper && findRun(keeper, null, saved);
  if (!run || !isAlive(readProcess(run.pid))) return null;
  const identity = identify(run.pid);
  return { ...identity, file: '', startedAt: clock.wall() - (readAge(identity.startTime) ?? 0) };
}
