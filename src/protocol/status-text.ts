import type { BriefReport } from './messages';
import { formatPythonFloat, parsePythonList, quotePython, quotePythonList } from './python';

/** The status that every manager can report, including zdaemon's. */
export interface PlainStatus {
  pid: number | null;
  managerPid: number | null;
  wanted: 'up' | 'down';
  testing: boolean;
  args: string[] | null;
}

/**
 * Formats the status block of zdaemon 5.2: twelve `key=value` lines in its order, with values in Python notation.
 *
 * @param status the manager's status
 * @returns the block, each line ending with a newline
 */
export function formatStatusText(status: BriefReport): string {
  const up = status.pid !== null;
  const lines = [
    `status=${up ? 'running' : 'stopped'}`,
    `now=${formatPythonFloat(status.now)}`,
    `should_be_up=${status.wanted === 'up' ? 1 : 0}`,
    `delay=${status.nextAttempt === null ? 0 : formatPythonFloat(status.nextAttempt)}`,
    `backoff=${status.backoff}`,
    `lasttime=${status.since === null ? 0 : formatPythonFloat(status.since)}`,
    `application=${status.pid ?? 0}`,
    `testing=${status.testing ? 1 : 0}`,
    `manager=${status.managerPid}`,
    `backofflimit=${status.backoffLimit}`,
    `filename=${quotePython(status.file)}`,
    `args=${quotePythonList(status.args)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Parses a status block as zdaemon's own client does: line by line, with defaults for missing lines.
 *
 * @param text the reply to `status`
 * @returns the status, or null if the text is not a status block
 */
export function parseStatusText(text: string): PlainStatus | null {
  const application = /^application=(\d+)$/m.exec(text)?.[1];
  if (application === undefined) return null;
  const manager = /^manager=(\d+)$/m.exec(text)?.[1];
  const args = /^args=(.*)$/m.exec(text)?.[1];
  return {
    pid: Number(application) || null,
    managerPid: manager === undefined ? null : Number(manager),
    wanted: /^should_be_up=0$/m.test(text) ? 'down' : 'up',
    testing: Number(/^testing=(\d+)$/m.exec(text)?.[1] ?? 0) !== 0,
    args: args === undefined ? null : parsePythonList(args),
  };
}

/** What a status block says, in the names of `status --json`. */
export function reportPlainStatus(text: string): object {
  const {
    pid = null,
    managerPid = null,
    wanted = 'up',
    testing = false,
    args = null,
  } = parseStatusText(text) ?? {};
  const read = (key: string) => Number(new RegExp(`^${key}=([0-9.]+)$`, 'm').exec(text)?.[1] ?? 0);
  const state = pid === null ? (wanted === 'up' ? 'backoff' : 'idle') : testing ? 'starting' : 'running';
  return {
    state,
    wanted,
    pid,
    managerPid,
    testing,
    since: read('lasttime') || null,
    nextAttempt: read('delay') || null,
    backoff: read('backoff'),
    backoffLimit: read('backofflimit'),
    args,
  };
}
