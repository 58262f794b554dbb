import { existsSync, readdirSync, type Stats, statSync } from 'node:fs';
import { readLink } from '../../system/files';
import { nameOwnFifos, type OwnFifos } from './copier';

/**
 * Where to open a FIFO that a program may still write to although its name was removed, or given to another one: by
 * way of the program's own descriptor (proc_pid_fd(5)).
 *
 * @param path of the FIFO, without symlinks
 * @param program the pid of a program that runs, or null
 */
export function locateFifo(path: string, program: number | null): string {
  const ends = program === null ? [] : [1, 2].map(fd => `/proc/${program}/fd/${fd}`);
  return ends.find(end => readLink(end) === `${path} (deleted)` && ownFifo(end)?.nlink === 0) ?? path;
}

/**
 * Where the descriptors of a copier are that reads a FIFO whose name is gone, and the names of its own with it.
 *
 * @param path of the FIFO, without symlinks
 * @returns null when there is none, or it cannot be seen
 */
export function locateCopier(path: string, place: string): OwnFifos | null {
  const fifo = ownFifo(place);
  if (!fifo || !existsSync('/proc/self/fd')) return null;
  const { control } = nameOwnFifos(path);
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const [input, ours, result] = [3, 5, 6].map(fd => `/proc/${pid}/fd/${fd}`) as [string, string, string];
    if (readLink(ours) !== `${control} (deleted)`) continue;
    // The text of a link proves nothing: anybody can have that path in a mount namespace of his own.
    const read = ownFifo(input);
    const isIt = read?.ino === fifo.ino && read.dev === fifo.dev;
    if (isIt && ownFifo(ours) && ownFifo(result)) return { control: ours, result };
  }
  return null;
}

/** A FIFO that we made, or null. */
function ownFifo(path: string): Stats | null {
  try {
    const stats = statSync(path);
    return stats.isFIFO() && stats.uid === process.geteuid?.() ? stats : null;
  } catch {
    return null;
  }
}
