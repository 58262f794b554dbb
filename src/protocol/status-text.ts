import type { BriefReport } from './messages';
import { formatPythonFloat, parsePythonList, quotePython, quotePythonList } from './python';

/** What every manager can say of itself, zdaemon's included. */
export interface PlainStatus {
  pid: number | null;
  managerPid: number | null;
  wanted: 'up' | 'down';
  testing: boolean;
  args: string[] | null;
}

/**
 * Writes the status block of zdaemon 5.2: eleven or twelve `key=value` lines in its order, values
 * as Python writes them.
 *
 * @param status the manager's status
 * @returns the block, each line ended by a newline
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
 * Reads a status block as zdaemon's own client does: by lines, missing ones have defaults.
 *
 * @param text the reply to `status`
 * @returns what it says, or null when it is no status block
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
