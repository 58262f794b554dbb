import { isApplier } from '../../protocol/applier';
import { isKeeper } from '../../protocol/keeper/command';
import { isAlive, listChildren, readBootId, readProcess } from '../../system/processes';
import type { Leftover } from './parent';

/**
 * Finds the descendants of a keeper that are neither managers nor spawned by one: what a program has left behind, its
 * daemons and their sessions included. The processes of another keeper are that one's.
 *
 * @param keeper its pid
 * @param known the pids of this manager and of what it has spawned
 * @param spawnedSince what `readTicks` returned before the first spawn whose pid is not known yet: a child of the keeper
 *   that is not older may be that one; Infinity if all are known
 * @returns the processes, each before its children
 */
export function findDescendants(keeper: number, known: readonly number[], spawnedSince: number): Leftover[] {
  // Tools such as mkfifo(1), of a manager that died, have the session of the manager, if that has one of its own.
  const session = readProcess(process.pid)?.session === process.pid ? process.pid : null;
  const found: Leftover[] = [];
  const visit = (parent: number) => {
    for (const pid of listChildren(parent)) {
      if (known.includes(pid)) continue;
      const facts = readProcess(pid);
      if (!isAlive(facts)) continue;
      if (facts.session === session || isKeeper(pid) || isApplier(pid)) continue;
      if (parent === keeper && Number(facts.startTime) >= spawnedSince) continue;
      const { startTime, session: own, group } = facts;
      found.push({ pid, startTime, bootId: readBootId(), session: own, group });
      visit(pid);
    }
  };
  visit(keeper);
  return found;
}
