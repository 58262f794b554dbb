import { existsSync, readdirSync, readlinkSync } from 'node:fs';
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
  return ends.find(end => readLink(end) === `${path} (deleted)`) ?? path;
}

/**
 * Another name of a file we have open, which works after its own is gone.
 *
 * @param fd our descriptor
 * @param path what to use where there is no /proc
 */
export function nameDescriptor(fd: number, path: string): string {
  const name = `/proc/self/fd/${fd}`;
  return existsSync(name) ? name : path;
}

/**
 * Where the descriptors of a copier are that reads a FIFO whose name is gone, and the names of its own with it.
 *
 * @param path of the FIFO, without symlinks
 * @returns null when there is none, or it cannot be seen
 */
export function locateCopier(path: string): OwnFifos | null {
  const pids = existsSync('/proc/self/fd') ? readdirSync('/proc').filter(name => /^\d+$/.test(name)) : [];
  const pid = pids.find(
    pid =>
      readLink(`/proc/${pid}/fd/3`) === `${path} (deleted)` &&
      readLink(`/proc/${pid}/fd/5`) === `${nameOwnFifos(path).control} (deleted)`,
  );
  return pid === undefined ? null : { control: `/proc/${pid}/fd/5`, result: `/proc/${pid}/fd/6` };
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
