import { existsSync } from 'node:fs';
import type { LevelName } from '../../settings/event-log-levels';
import type { LogLayout, SyslogHandler } from '../../settings/event-log-settings';
import { nameHandler } from '../../settings/event-log-text';
import { makeRenderer } from '../../settings/log-format/render';
import { SYSLOG_SOCKET } from '../../system/run/log-tools';
import { MOST_TEXT, runLogCommand } from './command';
import type { HandlerSurroundings, Sender } from './sender';

/** The severities of syslog(3), by the names that logger(1) knows. */
const SEVERITIES: Record<LevelName, string> = {
  critical: 'crit',
  error: 'err',
  warn: 'warning',
  info: 'info',
  blather: 'debug',
  debug: 'debug',
  trace: 'debug',
};

/** logger(1) cuts a message after 1 KiB unless it is told otherwise, which not every logger understands. */
const USUAL_SIZE = 900;

/** One logger(1) for each record: records are rare, and a process that waits for them would cost its memory always. */
export function makeSyslog(
  handler: SyslogHandler & LogLayout & { level: number },
  { clock, name, path }: HandlerSurroundings,
): Sender {
  const { facility, address, ident } = handler;
  // Time and level are fields of syslog itself.
  const render = makeRenderer(handler, '%(message)s', clock.wall());
  return {
    name: nameHandler(handler),
    send({ record, parent }, done) {
      if (address === undefined && !existsSync(SYSLOG_SOCKET)) {
        done({ reason: `there is no ${SYSLOG_SOCKET}; start a syslog daemon, or set address` });
        return () => {};
      }
      const text = Buffer.from(render(record)).subarray(0, MOST_TEXT).toString();
      const size = text.length > USUAL_SIZE ? ['-S', String(MOST_TEXT)] : [];
      const priority = `${facility}.${SEVERITIES[record.level] ?? 'info'}`;
      const tag = `${ident ?? name.replace(/[\s[\]:]+/g, '-')}[${process.pid}]`;
      const words = (file: string) => [
        file,
        ...['-p', priority, '-t', tag],
        ...size,
        ...addressWords(address),
        '--',
        text,
      ];
      return runLogCommand({ tool: 'logger', path, parent, words }, done);
    },
  };
}

/** zdaemon sends to another host by UDP. */
function addressWords(address: string | undefined): string[] {
  if (address === undefined) return [];
  if (address.startsWith('/')) return ['-u', address];
  const [, host = '', port = '514'] = /^(.*):(\d+)$/.exec(address) ?? [];
  return ['-d', '-n', host.replace(/^\[|\]$/g, ''), '-P', port];
}
