import { closeSync, existsSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { readText } from './files';

const O_CLOEXEC = 0o2000000;

/**
 * Closes inherited descriptors: all from 3 up that would survive an exec. Node sets close-on-exec only on low inherited
 * descriptors, so high ones would leak into the keeper and the program.
 *
 * @param keep descriptors to leave open
 * @param keepPath leaves descriptors of this path open, too (the lock); Node's spawn does not pass them on
 * @returns the closed descriptors
 */
export function closeForeignDescriptors(keep: readonly number[] = [], keepPath = ''): number[] {
  const closed: number[] = [];
  for (const fd of listDescriptors()) {
    if (fd < 3 || keep.includes(fd) || isCloseOnExec(fd) || readDescriptorLink(fd) === keepPath) continue;
    try {
      closeSync(fd);
      closed.push(fd);
    } catch {
      // Already closed: readdir had opened it.
    }
  }
  return closed;
}

/** The open descriptors of this process; none on a system without /proc. */
export function listDescriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    return [];
  }
}

/** How many descriptors this process can have; infinite if that is unknown. */
export function readOpenFilesLimit(): number {
  const [, soft = ''] = /^Max open files +(\d+)/m.exec(readText('/proc/self/limits')) ?? [];
  return soft === '' ? Number.POSITIVE_INFINITY : Number(soft);
}

/** Large enough for the first lines, which contain the flags (proc_pid_fdinfo(5)). */
const information = Buffer.alloc(256);

function isCloseOnExec(fd: number): boolean {
  try {
    const file = openSync(`/proc/self/fdinfo/${fd}`, 'r');
    const text = information.toString('latin1', 0, readSync(file, information));
    closeSync(file);
    const flags = /^flags:\s*([0-7]+)/m.exec(text)?.[1] ?? '0';
    return (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    return true;
  }
}

/** The path behind a descriptor of this process, or an empty string. */
export function readDescriptorLink(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

/**
 * A path of an open file that still works after the file was removed.
 *
 * @param fd a descriptor of this process
 * @param path the result on a system without /proc
 */
export function nameDescriptor(fd: number, path: string): string {
  const name = `/proc/self/fd/${fd}`;
  return existsSync(name) ? name : path;
}
