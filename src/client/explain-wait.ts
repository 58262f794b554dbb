import type { StatusReport } from '../protocol/messages';
import { formatLocalTime } from '../system/clock';
import { findAddress } from './address';
import type { ActionContext } from './context';
import { queryManager } from './query';

/**
 * Prints on standard error what a long wait is for, until when, and how to end it; zdaemon prints only dots.
 *
 * @param context
 * @param end when the wait for a start ends, in seconds since 1970; null for a stop
 */
export async function explainWait(context: ActionContext, end: number | null): Promise<void> {
  if (context.flavour === 'zdaemon') return;
  const socket = findAddress(context.configuration);
  const view = await queryManager(socket, context.clock).catch(() => null);
  const what = view?.report ? describeWait(view.report, end) : null;
  if (what === null) return;
  // On a terminal it must not continue the line of dots.
  const { stderr } = context;
  const start = 'isTTY' in stderr && stderr.isTTY ? '\n' : '';
  stderr.write(`${start}zd: waiting until ${what}; Ctrl-C ends only the wait\n`);
}

/** @returns null when nothing is waited for */
export function describeWait(report: StatusReport, end: number | null): string | null {
  const { state, pid, killAt, testing } = report;
  if (state === 'stopping' || state === 'restarting') {
    const who = pid === null ? 'the processes that the program left behind exit' : `pid ${pid} exits`;
    return killAt ? `${who}; SIGKILL follows at ${clockTime(killAt)} (stop-timeout)` : who;
  }
  if (state !== 'starting') return null;
  const limit = end === null ? '' : `, at most until ${clockTime(end)} (start-timeout)`;
  return testing ? `the start test succeeds${limit}` : `pid ${pid} has run for start-seconds${limit}`;
}

function clockTime(seconds: number): string {
  return formatLocalTime(seconds).slice(11);
}
