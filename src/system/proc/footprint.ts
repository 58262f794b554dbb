import { readText } from '../files';
import { listMembers } from './members';

/** What a program uses, together with all its processes. */
export interface Footprint {
  /** Bytes, of which shared ones are counted in part (PSS); resident ones of a process whose share is not readable. */
  memory: number;
  /** Seconds of processor time, with that of children that have exited. */
  processor: number;
}

/**
 * Measures a program and its processes, once.
 *
 * @param pid of the program
 * @param keeper its pid, if there is one
 * @returns null if the program has exited, or without /proc
 */
export function measureFootprint(pid: number, keeper: number | null): Footprint | null {
  const members = listMembers(pid, keeper);
  if (members.length === 0) return null;
  return members.reduce<Footprint>(
    (sum, one) => ({
      memory: sum.memory + (readShare(one.pid) ?? one.memory),
      processor: sum.processor + one.processor + one.formerChildren,
    }),
    { memory: 0, processor: 0 },
  );
}

/** Its part of the memory that it shares; null for a process of another user, or of an old kernel. */
function readShare(pid: number): number | null {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readText(`/proc/${pid}/smaps_rollup`))?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
