import { existsSync, type Stats, statSync } from 'node:fs';
import { readLink } from '../../system/files';
import { listPids } from '../../system/processes';
import { type ControlFifos, nameControlFifos } from './copier-control';

/**
 * Finds a path by which to open a FIFO. If the FIFO was removed or replaced while a program still writes to it, that is
 * the program's own descriptor (proc_pid_fd(5)).
 *
 * @param path of the FIFO, without symlinks
 * @param program the pid of a running program, or null
 * @param descriptors the numbers of those that can be it
 */
export function locateFifo(path: string, program: number | null, descriptors = [1, 2]): string {
  const ends = program === null ? [] : descriptors.map(fd => `/proc/${program}/fd/${fd}`);
  return ends.find(end => readLink(end) === `${path} (deleted)` && statOwnedFifo(end)?.nlink === 0) ?? path;
}

/**
 * Finds the copiers whose FIFOs were removed.
 *
 * @param path of the FIFO it reads, without symlinks
 * @param place a path by which that FIFO can be opened
 * @returns paths of each copier's descriptors
 */
export function locateCopiers(path: string, place: string): ControlFifos[] {
  const fifo = statOwnedFifo(place);
  if (!fifo || !existsSync('/proc/self/fd')) return [];
  const removed = nameControlFifos(path).map(({ control }) => `${control} (deleted)`);
  const found: ControlFifos[] = [];
  for (const pid of listPids()) {
    const [input, own, result] = [3, 5, 6].map(fd => `/proc/${pid}/fd/${fd}`) as [string, string, string];
    if (!removed.includes(readLink(own))) continue;
    // The text of a link proves nothing: any user can have that path in a separate mount namespace.
    const read = statOwnedFifo(input);
    const isSame = read?.ino === fifo.ino && read.dev === fifo.dev;
    if (isSame && statOwnedFifo(own) && statOwnedFifo(result)) found.push({ control: own, result });
  }
  return found;
}

/** The stats of a FIFO that belongs to the manager's user, or null. */
function statOwnedFifo(path: string): Stats | null {
  try {
    const stats = statSync(path);
    return stats.isFIFO() && stats.uid === process.geteuid?.() ? stats : null;
  } catch {
    return null;
  }
}
