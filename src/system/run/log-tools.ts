import { describeReason } from '../errors';
import { findProgram, type Lookup } from '../find-program';
import { actsAsRoot, trustedUsers } from '../trust/root';
import { refuseForeign } from '../trust/trusted-file';

/** The commands that send records of the event log. */
export type LogTool = 'logger' | 'sendmail';

/** A mail server is often where only root's PATH leads. */
const FOLDERS = '/usr/local/sbin:/usr/sbin:/sbin:/usr/lib';

const REMEDIES: Record<LogTool, string> = {
  logger: 'install the package bsdutils',
  sendmail: 'install a mail server, such as the package postfix, or the package msmtp-mta',
};

/** The socket of the system's log, without which logger(1) loses its message and exits with 0. */
export const SYSLOG_SOCKET = '/dev/log';

/**
 * Finds such a command; as root, only one that others cannot replace.
 *
 * @param path the value of PATH
 * @returns its file, or the reason why there is none, with what to install
 */
export function findLogTool(tool: LogTool, path: string | undefined): { file: string } | { reason: string } {
  const found: Lookup = findProgram(tool, ['/'], `${path ?? '/usr/bin:/bin'}:${FOLDERS}`);
  if ('plain' in found) return { reason: `${tool} is not installed; ${REMEDIES[tool]}` };
  if (!actsAsRoot()) return found;
  try {
    refuseForeign(tool, found.file, trustedUsers());
    return found;
  } catch (error) {
    return { reason: describeReason(error) };
  }
}
