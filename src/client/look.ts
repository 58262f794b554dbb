import { statSync } from 'node:fs';
import type { StatusReport } from '../protocol/messages';
import { type PlainStatus, parseStatusText } from '../protocol/status-text';
import type { Clock } from '../system/clock';
import { UserError } from '../system/errors';
import {
  ANSWER_LIMIT,
  type Exchange,
  exchangeLine,
  NoManager,
  PlainManager,
  RequestFailed,
  request,
} from './request';

/** What a manager says of itself; `report` is null when it is one of zdaemon's, which speaks only text. */
export interface View extends PlainStatus {
  report: StatusReport | null;
}

/**
 * Asks whoever holds the socket how things are.
 *
 * @param socket absolute path
 * @param clock for the time limit
 * @returns the answer, or null when no manager is there
 * @throws UserError with status 4 when it cannot be told
 */
export async function lookAtManager(socket: string, clock: Clock): Promise<View | null> {
  if (isMissing(socket)) return null;
  const exchange: Exchange = { socket, clock, limit: ANSWER_LIMIT };
  try {
    const report = (await request(exchange, 'status')) as StatusReport;
    const { pid, managerPid, wanted, testing, args } = report;
    return { pid, managerPid, wanted, testing, args, report };
  } catch (error) {
    if (error instanceof NoManager) return null;
    // One that left in this very moment is asked again, in the words both kinds understand.
    if (!(error instanceof PlainManager || error instanceof RequestFailed)) throw error;
  }
  return lookInText(exchange);
}

/** The raw text of `status`, or null when no manager is there. */
export async function readStatusText(socket: string, clock: Clock): Promise<string | null> {
  try {
    return await exchangeLine({ socket, clock }, 'status');
  } catch (error) {
    if (error instanceof NoManager) return null;
    throw error;
  }
}

/**
 * Sends a text command to a manager of zdaemon.
 *
 * @returns its reply
 */
export function tellInText(socket: string, clock: Clock, line: string): Promise<string> {
  return exchangeLine({ socket, clock }, line);
}

/** Was the manager gone before it could answer, or is there none? */
export function isAbsence(error: unknown): boolean {
  return error instanceof NoManager || error instanceof RequestFailed;
}

/** Then there is nothing to ask; a folder we may not look into is another matter. */
function isMissing(socket: string): boolean {
  try {
    return statSync(socket, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

async function lookInText(exchange: Exchange): Promise<View | null> {
  const text = await readStatusText(exchange.socket, exchange.clock);
  if (text === null || text === '') return null;
  const plain = parseStatusText(text);
  if (plain) return { ...plain, report: null };
  throw new UserError(`cannot tell: what answers at ${exchange.socket} is no manager`, 4);
}
