import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { anyoneAt } from '../../../src/client/address';
import { queryManager, type View } from '../../../src/client/query';
import {
  type Exchange,
  exchangeLine,
  ManagerLeft,
  NoManager,
  PlainManager,
  RequestFailed,
  RequestUnread,
  request,
} from '../../../src/client/request';
import { formatStatusText } from '../../../src/protocol/status-text';
import { systemClock } from '../../../src/system/clock';
import { ExitStatus, UserError } from '../../../src/system/errors';
import { FakeClock } from '../../helpers/fake-clock';
import { sampleReport } from '../../helpers/sample-report';
import { makeTemporaryFolder } from '../../helpers/temp';
import { until, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('client');

let folder: string;
let clock: FakeClock;
let exchange: Exchange;
let standIn: Server | null = null;
const connections = new Set<Socket>();

test.before.each(() => {
  folder = makeTemporaryFolder();
  clock = new FakeClock();
  exchange = { socket: anyoneAt(join(folder, 's')), clock };
});

test.after.each(async () => {
  for (const socket of connections) socket.destroy();
  await new Promise(resolve => (standIn ? standIn.close(resolve) : resolve(null)));
  standIn = null;
});

test('the result of the reply is handed over, and the request is JSON-RPC in one line', async () => {
  const heard: string[] = [];
  await listen((line, socket) => {
    heard.push(line);
    socket.write('{"jsonrpc":"2.0","id":1,"result":{"sent":true}}\n');
  });
  assert.equal(await request(exchange, 'kill', { signal: 9 }), { sent: true });
  assert.equal(
    heard.map(line => JSON.parse(line)),
    [{ jsonrpc: '2.0', id: 1, method: 'kill', params: { signal: 9 } }],
  );
  assert.is(clock.pending, 0, 'no timer is left behind');
});

test('a reply in pieces is one reply', async () => {
  await listen(async (_, socket) => {
    for (const part of ['{"jsonrpc"', ':"2.0","id":1,', '"result":null}', '\n']) {
      socket.write(part);
      await new Promise(resolve => setImmediate(resolve));
    }
  });
  assert.is(await request(exchange, 'wait'), null);
});

test('an error reply is thrown with its message', async () => {
  await listen((_, socket) =>
    socket.end('{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}}\n'),
  );
  assert.is((await failure(request(exchange, 'start'), RequestFailed)).message, 'no');
});

test('a request that was not read is told apart from one that may have been acted on', async () => {
  await listen((_, socket) => socket.end());
  const read = await failure(request(exchange, 'send'), ManagerLeft);
  assert.not(read instanceof RequestUnread);
  standIn?.removeAllListeners('connection').on('connection', (socket: Socket) => {
    socket.pause();
    setImmediate(() => socket.destroy());
  });
  await failure(request(exchange, 'send'), RequestUnread);
});

test('who does not answer in time leaves us unable to tell: status 4', async () => {
  await listen(() => {});
  const asked = failure(request({ ...exchange, limit: 5 }, 'status'), UserError);
  await until(30, 'the connection', () => connections.size === 1);
  clock.advance(4.9);
  clock.advance(0.2);
  const error = await within(30, asked, 'the end of patience');
  assert.is(error.status, ExitStatus.unknown);
  assert.match(error.message, /^cannot reach the manager: no reply at .* within 5 seconds$/);
});

test('without a limit no time is too long', async () => {
  let asker: Socket | null = null;
  await listen((_, socket) => {
    asker = socket;
  });
  const asked = request({ ...exchange, limit: null }, 'wait');
  const socket: Socket = await until(30, 'the request', () => asker);
  assert.is(clock.pending, 0);
  socket.write('{"jsonrpc":"2.0","id":1,"result":5}\n');
  assert.is(await asked, 5);
});

test('a manager that closes without a word has left without an answer', async () => {
  await listen((_, socket) => socket.end());
  for (const method of ['status', 'wait', 'start'] as const)
    assert.match((await failure(request(exchange, method), RequestFailed)).message, 'without a reply');
  await close();
  await listen(
    () => {},
    socket => socket.destroy(),
  );
  await failure(request(exchange, 'status'), RequestFailed);
});

test('what cannot be a reply is told in one sentence', async () => {
  for (const garbage of [
    '{',
    '{"result":',
    '{}\n',
    '{]\n',
    '{"error":1}\n',
    '{"error":{}}\n',
    '{\0\n',
    '{"result":1}\n{\n',
  ]) {
    await listen((_, socket) => socket.end(garbage));
    assert.is(
      (await failure(request(exchange, 'status'), RequestFailed)).message,
      "the manager's reply is not valid",
      garbage,
    );
    await close();
  }
});

test('who answers in words is a manager of zdaemon', async () => {
  await listen((line, socket) => socket.end(`Unknown command '${line.split(' ')[0]}'; 'help' for a list\n`));
  await failure(request(exchange, 'status'), PlainManager);
});

test('no socket, a dead one, a file and a folder that is none are no manager', async () => {
  await failure(request(exchange, 'status'), NoManager);
  await failure(request({ ...exchange, socket: anyoneAt(join(folder, 'no', 'such')) }, 'status'), NoManager);
  writeFileSync(join(folder, 'file'), '');
  await failure(request({ ...exchange, socket: anyoneAt(join(folder, 'file')) }, 'status'), NoManager);
  await failure(request({ ...exchange, socket: anyoneAt(join(folder, 'file', 's')) }, 'status'), NoManager);
  await listen(() => {});
  renameSync(exchange.socket.path, join(folder, 'kept'));
  await close();
  renameSync(join(folder, 'kept'), exchange.socket.path);
  await failure(request(exchange, 'status'), NoManager);
});

test.skipIf(
  process.getuid?.() === 0 && 'root may',
  'a socket that is not ours leaves us unable to tell',
  async () => {
    await listen(() => {});
    chmodSync(exchange.socket.path, 0);
    const error = await failure(request(exchange, 'status'), UserError);
    assert.is(error.status, ExitStatus.unknown);
    assert.match(error.message, 'permission denied; only its owner and root can use it');
  },
);

test('a request the manager would refuse for its length is not sent', async () => {
  let connected = false;
  await listen(
    () => {},
    () => {
      connected = true;
    },
  );
  const refresh = { environment: { A: 'x'.repeat(17 << 20) } };
  assert.match(
    (await failure(request(exchange, 'restart', { refresh }), UserError)).message,
    'too long for the manager; stop and start instead',
  );
  assert.not(connected);
});

test('an aborted request ends', async () => {
  await listen(() => {});
  const over = new AbortController();
  const asked = request({ ...exchange, signal: over.signal }, 'wait').catch((error: Error) => error.name);
  await until(30, 'the connection', () => connections.size === 1);
  over.abort();
  assert.is(await within(30, asked, 'the end'), 'AbortError');
  assert.is(clock.pending, 0);
});

test('the text of a reply is all that comes until the end', async () => {
  await listen((_, socket) => {
    socket.write('one\n');
    socket.end('two\n');
  });
  assert.is(await exchangeLine(exchange, 'status'), 'one\ntwo\n');
});

test('looking at a manager of zd gives its report', async () => {
  await listen((_, socket) =>
    socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, result: sampleReport })}\n`),
  );
  const view = await queryManager(exchange.socket, clock);
  assert.equal(view?.report, sampleReport);
  assert.is(view?.pid, 13057);
});

test('looking at a manager of zdaemon gives what its text says', async () => {
  await listen((line, socket) =>
    socket.end(
      line === 'status' ? formatStatusText(sampleReport) : "Unknown command '{'; 'help' for a list\n",
    ),
  );
  const { text, ...view } = (await queryManager(exchange.socket, clock)) as View;
  assert.match(text, 'application=13057');
  assert.equal(view, {
    pid: 13057,
    managerPid: 13055,
    wanted: 'up',
    testing: false,
    args: ['sleep', '100'],
    report: null,
  });
});

test('looking where nobody is, or at a manager that is just leaving, finds none', async () => {
  assert.is(await queryManager(exchange.socket, clock), null);
  await listen((_, socket) => {
    standIn?.close();
    socket.end();
  });
  // queryManager retries a moment later, because another client might have evicted this one.
  assert.is(await queryManager(exchange.socket, systemClock), null);
});

async function listen(
  answer: (line: string, socket: Socket) => unknown,
  meet: (socket: Socket) => void = () => {},
): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, socket => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => {});
    socket.setEncoding('utf8');
    let text = '';
    socket.on('data', chunk => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) answer(text.slice(0, end), socket);
    });
    meet(socket);
  });
  standIn = server;
  await new Promise<void>(resolve => server.listen(exchange.socket, resolve));
}

async function close(): Promise<void> {
  for (const socket of connections) socket.destroy();
  await new Promise(resolve => standIn?.close(resolve));
  standIn = null;
}

async function failure<E extends Error>(
  promise: Promise<unknown>,
  kind: new (...args: never[]) => E,
): Promise<E> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  assert.instance(thrown, kind);
  return thrown as E;
}

test.run();
