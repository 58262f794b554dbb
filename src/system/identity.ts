import { UserError } from './errors';
import { cannotTell, exists, isSameProcess, readBootId, readProcess } from './processes';

/** Identifies a process. A pid alone does not, because the kernel reuses it after the process has exited. */
export interface Identity {
  pid: number;
  /** See `ProcessFacts.startTime`. */
  startTime: string;
  /** See `readBootId`. */
  bootId: string;
}

/** The identity of a process; without a start time if the system does not tell it. */
export function identify(pid: number): Identity {
  return { pid, startTime: readStartTime(pid), bootId: readBootId() };
}

/**
 * True if this process is alive, not only another one with the same pid.
 *
 * @throws UserError when the system does not tell, for example without /proc
 */
export function isRunning<Known extends Identity>(identity: Known | null | undefined): identity is Known {
  if (!identity || !isSameBoot(identity.bootId)) return false;
  const { pid, startTime, bootId } = identity;
  const isTold = bootId === '' ? startTime !== '' && readBootId() === '' : readBootId() !== '';
  if (isTold) return isSameProcess(pid, startTime);
  // Without /proc, the system told less when this was recorded, or it tells less now.
  if (!exists(pid)) return false;
  throw cannotTell(`process ${pid}`);
}

function readStartTime(pid: number): string {
  try {
    return readProcess(pid)?.startTime ?? '';
  } catch (error) {
    if (error instanceof UserError) return '';
    throw error;
  }
}

/**
 * Whether pids that were recorded with a result of `readBootId` can mean the same processes here. What one of the two
 * does not mention is not compared: zd 0.1 recorded the boot alone, and without /proc nothing is known.
 */
export function isSameBoot(recorded: string, current = readBootId()): boolean {
  if (recorded === '' || current === '') return true;
  const parts = current.split(' ');
  return recorded.split(' ').every((part, index) => part === (parts[index] ?? part));
}
