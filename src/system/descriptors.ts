import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

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
    if (fd < 3 || keep.includes(fd) || isCloseOnExec(fd) || linkOf(fd) === keepPath) continue;
    try {
      closeSync(fd);
      closed.push(fd);
    } catch {
      // Gone already: it was the listing's own.
    }
  }
  return closed;
}

function listDescriptors(): number[] {
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

function linkOf(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
