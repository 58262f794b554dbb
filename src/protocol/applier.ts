import { readText } from '../system/files';

/** What ps(1) shows of a client that a manager has started for `watch-config` begins with this. */
export const APPLIER_TITLE = 'zd: applies ';

/**
 * Whether a process is such a client: it may outlive its manager, of which it has made another one, and is nothing that
 * the program has left behind. A program that calls itself so harms only its own user.
 *
 * @param pid of a process
 */
export function isApplier(pid: number): boolean {
  return readText(`/proc/${pid}/cmdline`).startsWith(APPLIER_TITLE);
}
