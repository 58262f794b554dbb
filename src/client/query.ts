import { statSync } from 'node:fs';
import type { StatusParams, StatusReport } from '../protocol/messages';
import { formatStatusText, type PlainStatus, parseStatusText } from '../protocol/status-text';
import type { Clock } from '../system/clock';
import { ExitStatus, UserError } from '../system/errors';
import type { Address } from './address';
import {
  ANSWER_LIMIT,
  type Exchange,
  exchangeLine,
  NoManager,
  PlainManager,
  RequestFailed,
  request,
} from './request';

/** What a manager reports about itself. */
export interface View extends PlainStatus {
  /** Null for a manager of zdaemon, which supports only the text protocol. */
  report: StatusReport | null;
  /** The reply to `status` in zdaemon's text protocol. */
  text: string;
}

/**
 * Requests the status from the process that listens on the socket.
 *
 * @param socket where it listens
 * @param clock for the time limit
 * @param asked what else to report
 * @param limit seconds for its reply
 * @returns the status, or null when there is no manager
 * @throws UserError with status 4 when the socket is not accessible, or its listener does not answer like a manager
 */
export async function queryManager(
  socket: Address,
  clock: Clock,
  asked?: StatusParams,
  limit = ANSWER_LIMIT,
): Promise<View | null> {
  if (isMissing(socket.path)) return null;
  const exchange: Exchange = { socket, clock, limit };
  try {
    return viewReport((await request(exchange, 'status', asked)) as StatusReport);
  } catch (error) {
    if (error instanceof NoManager) return null;
    // It may be zdaemon's manager, or one that has just exited: retry in text, which both kinds understand.
    if (!(error instanceof PlainManager || error instanceof RequestFailed)) throw error;
  }
  return queryInText(exchange);
}

/** What a manager of zd reports about itself. */
export function viewReport(report: StatusReport): View {
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
}

/** True if there is no manager, or if the request failed, for example because the manager exited. */
export function isAbsence(error: unknown): boolean {
  return error instanceof NoManager || error instanceof RequestFailed;
}

/** True only if the path is known not to exist: a folder that cannot be searched proves nothing. */
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
  throw new UserError(
    `cannot reach the manager: the process at ${exchange.socket.path} is not a manager`,
    ExitStatus.unknown,
  );
}

async function readStatusText(exchange: Exchange): Promise<string> {
  try {
    return await exchangeLine(exchange, 'status');
  } catch (error) {
    if (error instanceof NoManager) return '';
    throw error;
  }
}
