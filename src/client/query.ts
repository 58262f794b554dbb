import { statSync } from 'node:fs';
import type { StatusReport } from '../protocol/messages';
import { formatStatusText, type PlainStatus, parseStatusText } from '../protocol/status-text';
import type { Clock } from '../system/clock';
import { ExitStatus, UserError } from '../system/errors';
import {
  ANSWER_LIMIT,
  type Exchange,
  exchangeLine,
  NoManager,
  PlainManager,
  RequestFailed,
  request,
} from './request';

/** What a manager says of itself. */
export interface View extends PlainStatus {
  /** Null for a manager of zdaemon, which speaks only text. */
  report: StatusReport | null;
  /** The reply to `status` in zdaemon's text protocol. */
  text: string;
}

/**
 * Asks whoever holds the socket for the status.
 *
 * @param socket absolute path
 * @param clock for the time limit
 * @param withLines ask for the program's last lines as well
 * @returns the answer, or null when there is no manager
 * @throws UserError with status 4 when the socket or what is behind it does not answer
 */
export async function queryManager(socket: string, clock: Clock, withLines = false): Promise<View | null> {
  if (isMissing(socket)) return null;
  const exchange: Exchange = { socket, clock, limit: ANSWER_LIMIT };
  try {
    const report = (await request(
      exchange,
      'status',
      withLines ? { lines: true } : undefined,
    )) as StatusReport;
    const { pid, managerPid, wanted, testing, args } = report;
    return {
      pid,
      managerPid,
      wanted,
      testing,
      args,
      report,
      get text() {
        return formatStatusText(report);
      },
    };
  } catch (error) {
    if (error instanceof NoManager) return null;
    // A manager that left at this very moment is asked again, in the words that both kinds understand.
    if (!(error instanceof PlainManager || error instanceof RequestFailed)) throw error;
  }
  return queryInText(exchange);
}

/** Whether the manager was gone before it could answer, or there is none. */
export function isAbsence(error: unknown): boolean {
  return error instanceof NoManager || error instanceof RequestFailed;
}

/** Only a path that is known not to exist counts: a folder that cannot be searched proves nothing. */
function isMissing(socket: string): boolean {
  try {
    return statSync(socket, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

async function queryInText(exchange: Exchange): Promise<View | null> {
  const text = await readStatusText(exchange);
  if (text === '') return null;
  const status = parseStatusText(text);
  if (status) return { ...status, report: null, text };
  throw new UserError(`cannot tell: what answers at ${exchange.socket} is not a manager`, ExitStatus.unknown);
}

async function readStatusText(exchange: Exchange): Promise<string> {
  try {
    return await exchangeLine(exchange, 'status');
  } catch (error) {
    if (error instanceof NoManager) return '';
    throw error;
  }
}
