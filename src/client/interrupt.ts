import { findAddress } from './address';
import type { ActionContext } from './context';
import { Interrupted } from './progress';
import { queryManager } from './query';

/**
 * Handles Ctrl-C during a wait as zdaemon does: prints `^C`, then its final line as if the wait had completed.
 *
 * @param context called as zd, an interrupted wait is an error like any other
 * @param error what ended the wait
 * @param result what the final line reports
 * @returns `result`
 * @throws `error`, unless it is an interrupt and the client was called as zdaemon
 */
export function endWait<T>(context: ActionContext, error: unknown, result: T): T {
  if (context.flavour === 'zd' || !(error instanceof Interrupted)) throw error;
  context.write('^C\n');
  return result;
}

/** The same for a start: its final line reports the current pid of the program, or 0 if it is not running. */
export async function endStart(context: ActionContext, error: unknown) {
  const result = endWait(context, error, { outcome: 'started' as const, pid: 0 });
  const { configuration, clock } = context;
  const view = await queryManager(findAddress(configuration), clock).catch(() => null);
  return { ...result, pid: view?.pid ?? 0 };
}
