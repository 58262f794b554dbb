import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { LONGEST_REQUEST, type Method, type Reply } from '../protocol/messages';
import { type Clock, sleep } from '../system/clock';
import { ExitStatus, errorCode, UserError } from '../system/errors';

/** Seconds a manager may take to answer a question that needs no waiting. */
export const ANSWER_LIMIT = 5;
/** Times and seconds to wait for room in the manager's queue of connections. */
const BUSY_TRIES = 50;
const BUSY_PAUSE = 0.02;

/** Nobody listens on the socket: there is none, or its manager is dead. */
export class NoManager extends Error {
  constructor() {
    super('there is no manager any more');
  }
}

/** The other side does not speak JSON: a manager of zdaemon. */
export class PlainManager extends Error {}

/** The manager gave an error reply, or left without an answer. */
export class RequestFailed extends UserError {}

/** The manager left, or died, before it answered. */
export class ManagerLeft extends RequestFailed {
  constructor() {
    super('the manager left without an answer');
  }
}

export interface Exchange {
  socket: string;
  clock: Clock;
  /** Seconds without an answer after which we give up; null = no limit. */
  limit?: number | null;
  /** After this reply, wait for the end of the connection as well, which is the end of the manager. */
  untilClosed?: (reply: string) => boolean;
  signal?: AbortSignal;
}

/**
 * Asks a manager of zd.
 *
 * @param exchange where, and how long to wait
 * @param method and `params` of the JSON-RPC request
 * @returns its result, not checked further
 * @throws NoManager, PlainManager, RequestFailed; UserError with status 4 when the socket refuses us or time runs out
 */
export async function request(exchange: Exchange, method: Method, params?: unknown): Promise<unknown> {
  const line = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  if (Buffer.byteLength(line) > LONGEST_REQUEST) {
    throw new UserError(
      `cannot ask the manager: program and environment have more than ${LONGEST_REQUEST} bytes; stop and start instead`,
    );
  }
  const text = await exchangeLine(exchange, line);
  if (text === '') throw new ManagerLeft();
  if (!text.startsWith('{')) throw new PlainManager();
  const reply = readReply(text);
  if ('error' in reply) throw new RequestFailed(reply.error.message);
  return reply.result;
}

/**
 * Sends one line and takes what comes back: up to the first newline when it is JSON, else up to the end.
 *
 * @param exchange where, and how long to wait
 * @param line without its newline
 * @returns the reply
 */
export async function exchangeLine(exchange: Exchange, line: string): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      const text = await exchangeOnce(exchange, line);
      if (!wasEvicted(line, text) || tries === BUSY_TRIES) return text;
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN' || tries === BUSY_TRIES) throw explain(error, exchange.socket);
    }
    await sleep(BUSY_PAUSE, exchange.clock);
  }
}

/**
 * A manager of zdaemon serves one connection; the next one ends it before its request was obeyed. The words
 * that say so may be lost with the connection. Only `reopen_transcript` has an empty reply.
 */
function wasEvicted(line: string, text: string): boolean {
  if (text === 'Command superseded by new command\n') return true;
  return text === '' && !line.startsWith('{') && line !== 'reopen_transcript';
}

function exchangeOnce(
  { socket: path, clock, signal, untilClosed, limit = ANSWER_LIMIT }: Exchange,
  line: string,
) {
  // Loaded late: it is most of what a `status` costs, and where there is no socket there is nothing to connect to.
  const { connect } = require('node:net') as typeof import('node:net');
  return new Promise<string>((resolve, reject) => {
    const socket = connect({ path, ...(signal ? { signal } : {}) });
    let text = '';
    const cancel =
      limit === null ? () => {} : clock.after(limit, () => socket.destroy(new NoAnswer(path, limit)));
    const settle = (act: () => void) => {
      cancel();
      socket.destroy();
      act();
    };
    socket.setEncoding('utf8');
    const bytes = Buffer.from(`${line}\n`);
    const sent = sendAtOnce(socket, bytes);
    if (sent < bytes.length) socket.once('connect', () => socket.write(bytes.subarray(sent)));
    socket.on('data', chunk => {
      text += chunk;
      if (text.startsWith('{') && text.includes('\n') && !untilClosed?.(text)) settle(() => resolve(text));
    });
    socket.once('end', () => settle(() => resolve(text)));
    socket.once('error', error => {
      // A manager of zdaemon may close while our line is still on its way; so does one that was killed.
      const cut = ['EPIPE', 'ECONNRESET'].includes(errorCode(error));
      settle(() => (cut ? resolve(text) : reject(error)));
    });
    // Under load a connection may be closed with neither an end nor an error told.
    socket.once('close', () => settle(() => resolve(text)));
  });
}

/**
 * A Unix socket is connected as soon as connect(2) has returned, but Node tells in its next turn: sent before that, the
 * request is answered while we still finish our start-up.
 *
 * @returns how many of the bytes are out; the others have to be sent in the usual way
 */
function sendAtOnce(socket: Socket, bytes: Buffer): number {
  const { fd } = (socket as Socket & { _handle?: { fd?: number } })._handle ?? {};
  if (fd === undefined || fd < 0) return 0;
  try {
    return writeSync(fd, bytes);
  } catch {
    return 0;
  }
}

function readReply(text: string): Reply {
  try {
    const reply: Reply = JSON.parse(text);
    if ('result' in reply || typeof reply.error.message === 'string') return reply;
  } catch {
    // What was cut off, and what is no reply at all, is told alike.
  }
  throw new RequestFailed('the answer of the manager cannot be read');
}

class NoAnswer extends UserError {
  constructor(path: string, seconds: number) {
    super(`cannot tell: the manager at ${path} did not answer within ${seconds} seconds`, ExitStatus.unknown);
  }
}

function explain(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ENOTSOCK'].includes(code)) return new NoManager();
  if (error instanceof UserError || code === 'ABORT_ERR' || !code) return error;
  const hint =
    code === 'EACCES' || code === 'EPERM' ? "permission denied; it is its owner's and root's" : code;
  return new UserError(`cannot tell: the socket ${path} refuses us: ${hint}`, ExitStatus.unknown);
}
