import { isSameProcess, readBootId, readProcess } from './processes';

/** Identifies a process. A pid alone does not, because the kernel reuses it after the process has exited. */
export interface Identity {
  pid: number;
  /** See `ProcessFacts.startTime`. */
  startTime: string;
  /** See `readBootId`. */
  bootId: string;
}

/** The identity of a process. */
export function identify(pid: number): Identity {
  return { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() };
}

/** True if this process is alive, not only another one with the same pid. */
export function isRunning<Known extends Identity>(identity: Known | null | undefined): identity is Known {
  if (!identity || !isSameBoot(identity.bootId)) return false;
  return isSameProcess(identity.pid, identity.startTime);
}

/**
 * Whether pids that were recorded with a result of `readBootId` can mean the same processes here. What one of the two
 * does not mention is not compared: zd 0.1 recorded the boot alone.
 */
export function isSameBoot(recorded: string, current = readBootId()): boolean {
  const parts = current.split(' ');
  return recorded.split(' ').every((part, index) => part === (parts[index] ?? part));
}
