import { createSocket } from 'node:dgram';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Place } from './cli';

/** A server that notes requests, and answers as told. */
export async function serveHttp(answer: (response: ServerResponse) => void = response => response.end()) {
  const requests: { method: string; path: string; fields: URLSearchParams }[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const url = new URL(request.url ?? '/', 'http://localhost');
    const fields = new URLSearchParams(request.method === 'GET' ? url.search : body);
    requests.push({ method: request.method ?? '', path: url.pathname, fields });
    now(response);
  };
  let now = answer;
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    /** The texts of the records. */
    texts: () => requests.map(({ fields }) => fields.get('msg')),
    answer(how: (response: ServerResponse) => void) {
      now = how;
    },
    close() {
      server.closeAllConnections();
      return new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

/** A syslog daemon that takes records by UDP. */
export async function serveSyslog() {
  const records: string[] = [];
  const socket = createSocket('udp4', message => records.push(message.toString()));
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    records,
    close: () => new Promise<void>(resolve => socket.close(() => resolve())),
  };
}

/**
 * Writes a command that takes the place of sendmail(8): it appends each mail, after its arguments, to the file `mails`.
 *
 * @param first what it does before, in sh
 * @returns PATH with its folder
 */
export function fakeSendmail(place: Place, first = ''): string {
  const script = `#!/bin/sh\n${first}\n{ echo "sendmail $*"; cat; echo '=end='; } >>'${place.path('mails')}'\n`;
  place.write('tools/sendmail', script, 0o755);
  return `${place.path('tools')}:${process.env.PATH}`;
}
