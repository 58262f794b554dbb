import type { StatusReport } from './messages';

/**
 * Whether a program is ready: its probe holds, or without one, it counts as started.
 *
 * @param report the manager's; one of an earlier zd says nothing of `ready`
 */
export function isReady({ state, ready, pid }: Pick<StatusReport, 'state' | 'ready' | 'pid'>): boolean {
  if (pid === null || state === 'stopping' || state === 'restarting') return false;
  return ready ?? state === 'running';
}
