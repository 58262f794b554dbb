import { closeSync, existsSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

const O_CLOEXEC = 0o2000000;

/**
 * Closes what the caller's caller left open: every descriptor from 3 up that would pass through exec. Node marks low
 * inherited ones close-on-exec but not high ones, so they would reach the program.
 *
 * @param keep descriptors to leave alone
 * @param keepPath a descriptor open on this path stays too (the lock); it does not pass through Node's spawn
 * @returns the numbers that were closed
 */
export function closeForeignDescriptors(keep: readonly number[], keepPath: string): number[] {
  const closed: number[] = [];
  for (const fd of listDescriptors()) {
    if (fd < 3 || keep.includes(fd) || isCloseOnExec(fd) || readDescriptorLink(fd) === keepPath) continue;
    try {
      closeSync(fd);
      closed.push(fd);
    } catch {
      // Gone already: it was the listing's own.
    }
  }
  return closed;
}

/** The numbers of our own descriptors; none where there is no /proc. */
export function listDescriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    return [];
  }
}

/** The flags stand in the first lines (proc_pid_fdinfo(5)). */
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

/** What a descriptor of ours leads to, or an empty text. */
export function readDescriptorLink(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
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
