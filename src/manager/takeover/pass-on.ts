import { connect } from 'node:net';
import { type Clock, sleep } from '../../system/clock';

/** Seconds that the successor has to answer a request. */
const LIMIT = 5;

/**
 * Passes requests on to the successor, in order: those that came while it took over, and those that come meanwhile.
 *
 * @param socket the path at which it listens
 * @param requests all that have come so far, in zdaemon's text protocol
 */
export async function passOn(socket: string, requests: () => readonly string[], clock: Clock): Promise<void> {
  for (let sent = 0; sent < requests().length; sent++)
    await Promise.race([send(socket, requests()[sent] ?? ''), sleep(LIMIT, clock)]);
}

function send(socket: string, request: string): Promise<void> {
  return new Promise(resolve => {
    const connection = connect(socket);
    connection.on('error', () => resolve()).on('close', () => resolve());
    connection.resume();
    connection.write(`${request}\n`);
  });
}
