import { readText } from './files';
import { listChildren, readStatFields, sumProcessorTicks, TICKS } from './processes';

/** What the program uses, as far as this user sees it in /proc. */
export interface Usage {
  /** Resident memory of the program and its descendants, in bytes; null if it is unknown. */
  memory: number | null;
  descendants: number;
  /** Seconds of processor time, with that of children that have exited; null if it is unknown. */
  processor: number | null;
}

/** More are not counted: a status must not take long. */
const MOST_PROCESSES = 1000;

/**
 * @param pid of the program
 * @param others further processes that belong to it, such as descendants whose parent has exited
 */
export function readUsage(pid: number, others: readonly number[] = []): Usage {
  const seen = new Set<number>();
  let memory = 0;
  let ticks = 0;
  for (const queue = [pid, ...others]; queue.length > 0 && seen.size < MOST_PROCESSES; ) {
    const next = queue.shift() as number;
    if (seen.has(next)) continue;
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readText(`/proc/${next}/status`))?.[1];
    const fields = readStatFields(next);
    if (resident === undefined || !fields) continue;
    seen.add(next);
    memory += Number(resident) * 1024;
    ticks += sumProcessorTicks(fields);
    queue.push(...listChildren(next));
  }
  if (seen.size === 0) return { memory: null, descendants: 0, processor: null };
  return { memory, descendants: seen.size - 1, processor: ticks / TICKS };
}
