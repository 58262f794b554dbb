import { fstatSync } from 'node:fs';
import { basename } from 'node:path';
import { readText } from './files';

/**
 * Finds out which process has locked a file with flock(2), as /proc/locks shows it.
 *
 * @param fd an open descriptor of the file
 * @returns `pid 7 (backup)`; null if the system does not tell, for example because the process is in another container
 */
export function findLocker(fd: number): string | null {
  const { dev, ino } = fstatSync(fd);
  const lines = readText('/proc/locks')
    .split('\n')
    .map(line => LINE.exec(line)?.slice(1) ?? []);
  const ofInode = lines.filter(([, , , inode]) => Number(inode) === ino);
  // The device of a file on btrfs or overlayfs has another number there.
  const ofDevice = ofInode.filter(([, major, minor]) => toDevice(major, minor) === dev);
  const [pid] = ofDevice[0] ?? ofInode[0] ?? [];
  return pid === undefined ? null : nameProcess(Number(pid));
}

/** `1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF`; what waits for a lock has `->` before FLOCK. */
const LINE = /^\d+: FLOCK +\S+ +\S+ +(\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /;

/** The number of a device as Linux packs it for stat(2). */
function toDevice(major = '', minor = ''): number {
  const [high, low] = [Number.parseInt(major, 16), Number.parseInt(minor, 16)];
  return (low & 0xff) + (high & 0xfff) * 256 + (low & ~0xff) * 4096;
}

/** A process that has exited can have left its lock to a child. */
function nameProcess(pid: number): string | null {
  const [title = '', ...args] = readText(`/proc/${pid}/cmdline`).split('\0');
  if (title === '') return null;
  // A process that has named itself, such as a keeper, has one text.
  const name = args.length > 1 || !title.includes(' ') ? basename(title) : title;
  return `pid ${pid} (${name})`;
}
