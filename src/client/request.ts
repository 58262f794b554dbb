import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { isResult } from '../protocol/check-result';
import { LONGEST_OWN_REQUEST, type Method, type Reply, TOO_LONG_REPLY } from '../protocol/messages';
import { type Clock, sleep } from '../system/clock';
import { ExitStatus, errorCode, UserError } from '../system/errors';
import { type Address, reachSocket } from './address';

/** Seconds a manager may take to answer a request that does not involve waiting. */
export const ANSWER_LIMIT = 5;
/** Characters. A status with the last lines has some thousand. */
const LONGEST_REPLY = 4 << 20;
/** Attempts, and seconds between them, while the manager's queue of connections is full. */
const BUSY_TRIES = 50;
const BUSY_PAUSE = 0.02;

/** Nothing listens on the socket: it does not exist, or its manager is dead. */
export class NoManager extends Error {
  constructor() {
    super('the manager is no longer running');
  }
}

/** The peer does not speak JSON: it is a manager of zdaemon. */
export class PlainManager extends Error {}

/** The manager replied with an error, or exited without a reply. */
export class RequestFailed extends UserError {}

/** The manager exited or died before it replied. */
export class ManagerLeft extends RequestFailed {
  constructor() {
    super('the manager exited without a reply');
  }
}

/** The same before it had read the request, so that it has not acted on it. */
export class RequestUnread extends ManagerLeft {}

export interface Exchange {
  socket: Address;
  clock: Clock;
  /** Seconds to wait for the reply; null = no limit. */
  limit?: number | null;
  /** True for a reply after which to wait until the manager exits, which closes the connection. */
  untilClosed?: (reply: string) => boolean;
  signal?: AbortSignal;
}

/**
 * Sends a request to a manager of zd.
 *
 * @param exchange where, and how long to wait
 * @param method and `params` of the JSON-RPC request
 * @returns its result, which has the shape that the method promises
 * @throws NoManager, PlainManager, RequestFailed; UserError with status 4 when the socket is inaccessible or time runs out
 */
export async function request(exchange: Exchange, method: Method, params?: unknown): Promise<unknown> {
  const line = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const isSent = Buffer.byteLength(line) <= LONGEST_OWN_REQUEST;
  const text = isSent ? await exchangeLine(exchange, line) : TOO_LONG_REPLY;
  if (text === TOO_LONG_REPLY) {
    throw new UserError(
      'cannot send the request: program and environment are too long for the manager; stop and start instead',
    );
  }
  if (text === '') throw new ManagerLeft();
  if (!text.startsWith('{')) throw new PlainManager();
  const reply = readReply(text);
  if ('error' in reply) throw new RequestFailed(reply.error.message);
  if (!isResult(method, reply.result)) throw new Unintelligible(exchange.socket.path);
  return reply.result;
}

/**
 * Sends one line and reads the reply: up to the first newline if it is JSON, otherwise until the connection closes.
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
      if (errorCode(error) !== 'EAGAIN' || tries === BUSY_TRIES) throw explain(error, exchange.socket.path);
    }
    await sleep(BUSY_PAUSE, exchange.clock);
  }
}

/**
 * A manager of zdaemon serves one connection at a time; a new one ends it before its request is handled. The notice
 * of this may be lost with the connection. Only `reopen_transcript` has an empty reply.
 */
function wasEvicted(line: string, text: string): boolean {
  if (text === 'Command superseded by new command\n') return true;
  return text === '' && !line.startsWith('{') && line !== 'reopen_transcript';
}

function exchangeOnce(
  { socket: address, clock, signal, untilClosed, limit = ANSWER_LIMIT }: Exchange,
  line: string,
) {
  // Loaded late: it is most of the cost of a `status`, and without a socket there is nothing to connect to.
  const { connect } = require('node:net') as typeof import('node:net');
  return new Promise<string>((resolve, reject) => {
    const socket = reachSocket(address, path => connect({ path, ...(signal ? { signal } : {}) }));
    let text = '';
    const cancel =
      limit === null ? () => {} : clock.after(limit, () => socket.destroy(new NoAnswer(address.path, limit)));
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
      if (text.length > LONGEST_REPLY) return settle(() => reject(new Unintelligible(address.path)));
      if (text.startsWith('{') && text.includes('\n') && !untilClosed?.(text)) settle(() => resolve(text));
    });
    socket.once('end', () => settle(() => resolve(text)));
    socket.once('error', error => {
      // A manager of zdaemon may close the connection before the line arrives; so does one that is killed.
      const cut = ['EPIPE', 'ECONNRESET'].includes(errorCode(error));
      // The system reports only to a client whose bytes were not read that they are lost (unix(7)).
      const isUnread = cut && text === '' && line.startsWith('{');
      settle(() => (cut && !isUnread ? resolve(text) : reject(isUnread ? new RequestUnread() : error)));
    });
    // Under load, Node may emit 'close' with neither 'end' nor 'error'.
    socket.once('close', () => settle(() => resolve(text)));
  });
}

/**
 * A Unix socket is connected as soon as connect(2) returns, but Node reports it only in its next turn. A request sent
 * before that is answered while the client is still starting up.
 *
 * @returns how many bytes were sent; the caller must send the others in the usual way
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
    // A truncated reply and text that is not a reply are reported alike.
  }
  throw new RequestFailed("the manager's reply is not valid");
}

/** Whatever listens there, its reply means nothing. */
class Unintelligible extends UserError {
  constructor(path: string) {
    super(`cannot reach the manager: the process at ${path} does not answer like one`, ExitStatus.unknown);
  }
}

class NoAnswer extends UserError {
  constructor(path: string, seconds: number) {
    super(`cannot reach the manager: no reply at ${path} within ${seconds} seconds`, ExitStatus.unknown);
  }
}

function explain(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ENOTSOCK'].includes(code)) return new NoManager();
  if (error instanceof UserError || code === 'ABORT_ERR' || !code) return error;
  const hint =
    code === 'EACCES' || code === 'EPERM' ? 'permission denied; only its owner and root can use it' : code;
  return new UserError(
    `cannot reach the manager: the socket ${path} cannot be used: ${hint}`,
    ExitStatus.unknown,
  );
}
