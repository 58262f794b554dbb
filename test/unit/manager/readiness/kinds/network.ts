import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { tryHttp } from '../../../../../src/manager/readiness/kinds/http';
import { tryPort, trySocket } from '../../../../../src/manager/readiness/kinds/network';
import type { Answer, Try } from '../../../../../src/manager/readiness/kinds/try';
import { makeTemporaryFolder } from '../../../../helpers/temp';
import { within } from '../../../../helpers/within';
import { suite } from '../../../../runner/guard';

const test = suite('probes of the network');
const fixtures = join(import.meta.dirname, '../../../../fixtures/tls');
const servers: Server[] = [];

test.after.each(() => {
  for (const server of servers.splice(0)) server.close();
});

function ask(attempt: Try): Promise<Answer> {
  return within(20, new Promise<Answer>(resolve => void attempt(resolve)), 'the answer');
}

function listen(server: Server, place: string | { host: string; port: number }): Promise<Server> {
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(place, () => resolve(server));
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** A port at which nothing listens now. */
async function findFreePort(): Promise<number> {
  const server = await listen(createServer(), { host: '127.0.0.1', port: 0 });
  const port = portOf(server);
  await new Promise(resolve => server.close(resolve));
  return port;
}

test('a port holds when a connection is accepted', async () => {
  const server = await listen(createServer(), { host: '127.0.0.1', port: 0 });
  const port = portOf(server);
  assert.is(await ask(tryPort({ kind: 'port', host: null, port })), null);
  assert.is(await ask(tryPort({ kind: 'port', host: '127.0.0.1', port })), null);
  assert.is(await ask(tryPort({ kind: 'port', host: 'localhost', port })), null);
});

test('without a host, a port of IPv6 alone holds, too', async () => {
  const server = createServer();
  try {
    await listen(server, { host: '::1', port: 0 });
  } catch {
    // This machine has no IPv6.
    return;
  }
  assert.is(await ask(tryPort({ kind: 'port', host: null, port: portOf(server) })), null);
});

test('a port without a server, and an unknown host, say so', async () => {
  const port = await findFreePort();
  assert.equal(await ask(tryPort({ kind: 'port', host: null, port })), { says: 'connection refused' });
  const unknown = await ask(tryPort({ kind: 'port', host: 'no-such-host.invalid', port }));
  assert.match(unknown?.says ?? '', /^there is no host no-such-host\.invalid$|temporar|try again/i);
});

test('a socket holds when a connection is accepted', async () => {
  const path = join(makeTemporaryFolder(), 'sock');
  assert.equal(await ask(trySocket(path)), { says: 'no such file or directory' });
  await listen(createServer(), path);
  assert.is(await ask(trySocket(path)), null);
  const long = await ask(trySocket(`/tmp/${'x'.repeat(120)}`));
  assert.match(long?.says ?? '', /has 125 bytes, but the system's limit is \d+$/);
});

async function serve(answer: RequestListener): Promise<string> {
  const server = await listen(createHttpServer(answer), { host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${portOf(server)}`;
}

test('http holds with a status from 200 to 299', async () => {
  const base = await serve(({ url = '' }, response) => {
    response.writeHead(Number(url.slice(1)), { location: '/200' });
    response.end('x'.repeat(100_000));
  });
  for (const status of [200, 204, 299])
    assert.is(await ask(tryHttp({ kind: 'http', url: `${base}/${status}` })), null);
  for (const status of [400, 404, 500, 503])
    assert.equal(await ask(tryHttp({ kind: 'http', url: `${base}/${status}` })), {
      says: `status ${status}`,
    });
});

test('a redirect does not hold, and is not followed', async () => {
  const asked: string[] = [];
  const base = await serve(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(url === '/' ? 302 : 200, { location: '/login' }).end();
  });
  assert.equal(await ask(tryHttp({ kind: 'http', url: base })), { says: 'status 302, a redirect to /login' });
  assert.equal(asked, ['/']);
});

test('a server that hangs up, or speaks another protocol, does not hold', async () => {
  const hangsUp = await listen(
    createServer(socket => socket.once('data', () => socket.destroy())),
    { host: '127.0.0.1', port: 0 },
  );
  const silent = await ask(tryHttp({ kind: 'http', url: `http://127.0.0.1:${portOf(hangsUp)}/` }));
  assert.match(silent?.says ?? '', /hang up|connection reset/);
  const foreign = await listen(
    createServer(socket => socket.end('220 mail ready\r\n').on('error', () => {})),
    { host: '127.0.0.1', port: 0 },
  );
  assert.ok((await ask(tryHttp({ kind: 'http', url: `http://127.0.0.1:${portOf(foreign)}/` })))?.says);
  const port = await findFreePort();
  const refused = await ask(tryHttp({ kind: 'http', url: `http://127.0.0.1:${port}/` }));
  assert.equal(refused, { says: 'connection refused' });
});

test('https checks the certificate, https+insecure does not', async () => {
  const [key, cert] = ['key.pem', 'certificate.pem'].map(name => readFileSync(join(fixtures, name)));
  const server = createHttpsServer({ key, cert }, (_, response) => void response.end());
  await listen(server, { host: '127.0.0.1', port: 0 });
  const place = `127.0.0.1:${portOf(server)}/`;
  assert.match((await ask(tryHttp({ kind: 'http', url: `https://${place}` })))?.says ?? '', /certificate/);
  assert.is(await ask(tryHttp({ kind: 'http', url: `https+insecure://${place}` })), null);
  assert.is(await ask(tryHttp({ kind: 'http', url: `HTTPS+INSECURE://${place}` })), null);
});

test('a try that was ended says nothing', async () => {
  const heard: Answer[] = [];
  const base = await serve(() => {});
  const ends = [
    tryHttp({ kind: 'http', url: base })(answer => heard.push(answer)),
    tryPort({ kind: 'port', host: null, port: await findFreePort() })(answer => heard.push(answer)),
  ];
  for (const end of ends) end();
  await ask(tryPort({ kind: 'port', host: null, port: Number(new URL(base).port) }));
  assert.equal(heard, []);
});

test.run();
