import { existsSync } from 'node:fs';
import { listChildren, readStatFields, sumProcessorTicks } from '../../system/processes';

const HAS_PROC = existsSync('/proc/self/stat');
/** On the processor or about to be, and waiting for a disk. */
const BUSY_STATES = ['R', 'D'];
const DEAD_STATES = ['Z', 'X'];

/**
 * Reads how much processor time processes and their descendants have used (proc_pid_stat(5)), in ticks of 10 ms. Less
 * than a tick does not show, so a timer now and then does not count.
 *
 * @param pids the first one is the program, which must be alive
 * @returns `used`: their sum, with that of children that have exited; null without /proc; `isBusy`: whether one of them
 *   is running or waits for a disk now, or the program is dead
 */
export function readActivity(pids: readonly number[]): { used: number | null; isBusy: boolean } {
  if (!HAS_PROC) return { used: null, isBusy: false };
  const seen = new Set<number>();
  let used = 0;
  let isBusy = false;
  const visit = (pid: number) => {
    if (seen.has(pid)) return;
    seen.add(pid);
    const fields = readStatFields(pid);
    const state = fields?.[0] ?? 'X';
    if (!fields || DEAD_STATES.includes(state)) {
      if (pid === pids[0]) isBusy = true;
      return;
    }
    if (BUSY_STATES.includes(state)) isBusy = true;
    used += sumProcessorTicks(fields);
    for (const child of listChildren(pid)) visit(child);
  };
  for (const pid of pids) visit(pid);
  return { used, isBusy };
}
