import { isSameProcess, readBootId, readProcess } from './processes';

/** A process that can be found again: the pid alone is given to others once it is free. */
export interface Identity {
  pid: number;
  /** See `ProcessFacts.startTime`. */
  startTime: string;
  /** See `readBootId`. */
  bootId: string;
}

/** Who we, or another process, are. */
export function identify(pid: number): Identity {
  return { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() };
}

/** Is that very process alive? */
export function isRunning<Known extends Identity>(identity: Known | null | undefined): identity is Known {
  if (!identity || identity.bootId !== readBootId()) return false;
  return isSameProcess(identity.pid, identity.startTime);
}
