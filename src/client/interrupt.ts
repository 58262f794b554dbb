import { locateSocket } from '../state/socket-path';
import type { ActionContext } from './context';
import { Interrupted } from './progress';
import { queryManager } from './query';

/**
 * zdaemon's answer to Ctrl-C during a wait: `^C`, and then its final line as if it had waited to the end.
 *
 * @param context called as zd, an interrupted wait is a failure like others
 * @param error what ended the wait
 * @param result what the final line is to tell of
 * @returns `result`
 * @throws `error`, unless it is the interrupt of a zdaemon
 */
export function endWait<T>(context: ActionContext, error: unknown, result: T): T {
  if (context.flavour === 'zd' || !(error instanceof Interrupted)) throw error;
  context.say('^C\n');
  return result;
}

/** The same for a start: its final line names the pid there is by now, 0 when there is none. */
export async function endStart(context: ActionContext, error: unknown) {
  const result = endWait(context, error, { outcome: 'started' as const, pid: 0 });
  const { configuration, clock } = context;
  const view = await queryManager(locateSocket(configuration.settings), clock).catch(() => null);
  return { ...result, pid: view?.pid ?? 0 };
}
