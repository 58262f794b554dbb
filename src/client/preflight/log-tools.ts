import { existsSync } from 'node:fs';
import type { ConfiguredHandler } from '../../settings/event-log-settings';
import { nameHandler } from '../../settings/event-log-text';
import type { Configuration } from '../../settings/settings';
import { findLogTool, type LogTool, SYSLOG_SOCKET } from '../../system/run/log-tools';
import { showControls } from '../../system/show-controls';
import type { ActionContext } from '../context';

/**
 * Finds handlers of the event log that could send nothing now. They are no reason against a start: the program is more
 * important than its log, and what they miss may come later.
 *
 * @param configuration
 * @returns one sentence for each, with its place and what to install
 */
export function findMuteHandlers({ eventLog }: Pick<Configuration, 'eventLog'>): string[] {
  return (eventLog?.handlers ?? []).flatMap(handler => {
    const reason = findObstacle(handler);
    return reason === null ? [] : [`${handler.origin}: ${nameHandler(handler)} gets no records: ${reason}`];
  });
}

/** Prints them, as the notes of a configuration. */
export function noteMuteHandlers({ configuration, stderr }: ActionContext): void {
  for (const sentence of findMuteHandlers(configuration))
    stderr.write(`zd: note: ${showControls(sentence)}\n`);
}

/** The commands that the handlers need. */
export function listLogTools({ eventLog }: Pick<Configuration, 'eventLog'>): LogTool[] {
  const tools = (eventLog?.handlers ?? []).map(toolOf).filter(tool => tool !== null);
  return [...new Set(tools)];
}

function findObstacle(handler: ConfiguredHandler): string | null {
  const tool = toolOf(handler);
  if (tool === null) return null;
  const found = findLogTool(tool, process.env.PATH);
  if ('reason' in found) return found.reason;
  const isLocal = handler.type === 'syslog' && handler.address === undefined;
  if (!isLocal || existsSync(SYSLOG_SOCKET)) return null;
  return `there is no ${SYSLOG_SOCKET}; start a syslog daemon, or set address`;
}

function toolOf({ type }: ConfiguredHandler): LogTool | null {
  return type === 'syslog' ? 'logger' : type === 'mail' ? 'sendmail' : null;
}
