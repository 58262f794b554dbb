import { connect, type Socket } from 'node:net';
import type { Method, StatusReport } from '../../src/protocol/messages';
import { within } from './within';

/**
 * Sends a request to a manager over its socket, for tests with many requests: a run of `zd` takes much longer.
 *
 * @param socket its path
 * @param method of the JSON-RPC request
 * @param seconds the limit
 * @returns the result
 * @throws Error with the manager's message if it refused
 */
export async function ask<T = unknown>(socket: string, method: Method, seconds = 30): Promise<T> {
  const connection = connect(socket);
  const text = await within(seconds, exchange(connection, method), `the answer to ${method}`).finally(() =>
    connection.destroy(),
  );
  const reply = JSON.parse(text) as { result: T; error?: { message: string } };
  if (reply.error) throw new Error(reply.error.message);
  return reply.result;
}

/** The manager's answer to `status`. */
export function askStatus(socket: string, seconds?: number): Promise<StatusReport> {
  return ask(socket, 'status', seconds);
}

function exchange(socket: Socket, method: Method): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.write(`{"jsonrpc": "2.0", "id": 1, "method": "${method}"}\n`);
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('data', chunk => {
      text += chunk;
      if (text.endsWith('\n')) socket.end();
    });
    socket.on('close', () => resolve(text));
  });
}
