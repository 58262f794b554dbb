import { readText } from '../../system/files';
import { listChildren, readStatFields, sumProcessorTicks, TICKS } from '../../system/processes';

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

/** @param pid of the program */
export function readUsage(pid: number): Usage {
  const seen: number[] = [];
  let memory = 0;
  let ticks = 0;
  for (const queue = [pid]; queue.length > 0 && seen.length < MOST_PROCESSES; ) {
    const next = queue.shift() as number;
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readText(`/proc/${next}/status`))?.[1];
    const fields = readStatFields(next);
    if (resident === undefined || !fields) continue;
    seen.push(next);
    memory += Number(resident) * 1024;
    ticks += sumProcessorTicks(fields);
    queue.push(...listChildren(next));
  }
  if (seen.length === 0) return { memory: null, descendants: 0, processor: null };
  return { memory, descendants: seen.length - 1, processor: ticks / TICKS };
}
