import { existsSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Answer } from '../../../../src/manager/control/connection';
import { LineServer, type LineServerOptions } from '../../../../src/manager/control/server';
import { FakeClock } from '../../../helpers/fake-clock';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { until, within } from '../../../helpers/within';
import { suite } from '../../../runner/guard';

const test = suite('server');

let clock: FakeClock;
let server: LineServer;
let path: string;
let seen: string[];
let failures: string[];
let respond: LineServerOptions['answer'];
const note = (line: string) => seen[seen.push(line) - 1] as string;
const clients: Socket[] = [];

test.before.each(async () => {
  clock = new FakeClock();
  path = join(makeTemporaryFolder(), 's');
  seen = [];
  failures = [];
  respond = line => ({ text: `<${line}>\n`, more: line.startsWith('{') });
  server = new LineServer({
    path,
    mode: 0o600,
    group: null,
    clock,
    answer: line => respond(note(line)),
    replyFailed: reason => failures.push(reason),
  });
  await server.listen();
});

test.after.each(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await server.close();
});

test('a line is answered and the connection ends', async () => {
  const client = await open();
  client.socket.write('status\n');
  assert.is(await client.ended, '<status>\n');
  await until(30, 'an idle server without a timer', () => clock.pending === 0);
});

test('a line may come in pieces, cut within a character', async () => {
  const client = await open();
  for (const byte of Buffer.from('é🌙\n')) {
    client.socket.write(Buffer.from([byte]));
    await new Promise(resolve => setImmediate(resolve));
  }
  assert.is(await client.ended, '<é🌙>\n');
});

test('what follows the newline of a text request is ignored', async () => {
  const client = await open();
  client.socket.write('status\nstop\nkill');
  assert.is(await client.ended, '<status>\n');
  assert.equal(seen, ['status']);
});

test('requests that stay connected are answered one after another, in order', async () => {
  let release = () => {};
  const gate = new Promise<void>(resolve => {
    release = resolve;
  });
  respond = async line => {
    if (line === '{1') await gate;
    return { text: `<${line}>\n`, more: true };
  };
  const client = await open();
  client.socket.write('{1\n{2\n{3\n');
  await until(30, 'the first request', () => seen.length === 1);
  client.socket.write('{4\n');
  release();
  await until(30, 'four answers', () => client.text() === '<{1>\n<{2>\n<{3>\n<{4>\n');
  assert.equal(seen, ['{1', '{2', '{3', '{4']);
});

test('a client that has stopped sending gets its answers, then the end', async () => {
  const client = await open();
  client.socket.end('{1\n{2\n');
  assert.is(await client.ended, '<{1>\n<{2>\n');
  const quick = await open();
  quick.socket.end('status\n');
  assert.is(await quick.ended, '<status>\n');
});

test('the end before the newline is told, also after nothing at all', async () => {
  for (const text of ['', 'stat', ' ', '{1\n{2']) {
    const client = await open();
    client.socket.end(text);
    const wanted = text.startsWith('{') ? '<{1>\n' : '';
    assert.is(await client.ended, `${wanted}Command not terminated by newline\n`);
  }
});

test('10,000 bytes are a request, one more is too many, with or without a newline', async () => {
  const longest = 'x'.repeat(10_000);
  const good = await open();
  good.socket.write(`${longest}\n`);
  assert.is(await good.ended, `<${longest}>\n`);
  seen = [];
  for (const text of [`${longest}x`, `${longest}x\n`, `${'é'.repeat(5001)}\n`, 'x'.repeat(500_000)]) {
    const client = await open();
    client.socket.write(text);
    assert.is(await client.ended, 'Command exceeds 10 KB\n');
  }
  assert.equal(seen, []);
});

test('who sends no request for ten seconds is cut off, who sends one gets ten more for the next', async () => {
  const silent = await open();
  const busy = await open();
  await until(30, 'both connections', () => clock.pending === 2);
  clock.advance(9);
  busy.socket.write('{1\n');
  await until(30, 'an answer', () => busy.text() === '<{1>\n');
  assert.not(silent.socket.destroyed);
  clock.advance(1.1);
  assert.is(await silent.ended, '');
  clock.advance(8);
  busy.socket.write('{2\n');
  await until(30, 'an answer', () => busy.text() === '<{1>\n<{2>\n');
  clock.advance(10.1);
  await busy.ended;
});

test('an answer may take as long as it takes', async () => {
  let release = (_answer: Answer) => {};
  respond = () =>
    new Promise(resolve => {
      release = resolve;
    });
  const client = await open();
  client.socket.write('{stop\n');
  await until(30, 'the request', () => seen.length === 1);
  clock.advance(100_000);
  release({ text: 'done\n', more: true });
  await until(30, 'the answer', () => client.text() === 'done\n');
});

test('who does not take its answer within ten seconds is cut off, and holds nobody up', async () => {
  respond = line => ({ text: line === 'big' ? 'x'.repeat(20 << 20) : 'small\n', more: false });
  const slow = await open({ paused: true });
  slow.socket.write('big\n');
  await until(30, 'the request', () => seen.includes('big'));
  const other = await open();
  other.socket.write('status\n');
  assert.is(await other.ended, 'small\n');
  await until(30, 'the limit', () => clock.pending === 1);
  clock.advance(10.1);
  await until(30, 'the cut', () => clock.pending === 0);
});

test('a request whose answer fails costs its client the connection, and is told', async () => {
  for (const fail of [
    () => {
      throw new Error('thrown');
    },
    () => Promise.reject(new Error('rejected')),
  ]) {
    respond = fail;
    const client = await open();
    client.socket.write('reopen_transcript\n');
    assert.is(await client.ended, '');
  }
  assert.equal(failures, ['thrown', 'rejected']);
});

test('a client that leaves before its answer does no harm', async () => {
  let release = (_answer: Answer) => {};
  respond = () =>
    new Promise(resolve => {
      release = resolve;
    });
  const client = await open();
  client.socket.write('{1\n');
  await until(30, 'the request', () => seen.length === 1);
  client.socket.destroy();
  await until(30, 'the end of the connection', () => clock.pending === 0);
  release({ text: 'late\n', more: true });
  respond = () => ({ text: 'fine\n', more: false });
  const next = await open();
  next.socket.write('status\n');
  assert.is(await next.ended, 'fine\n');
});

test('two hundred clients at once are all answered, and the silent cannot lock out the next', async () => {
  const many = await Promise.all(Array.from({ length: 200 }, () => open()));
  for (const [index, { socket }] of many.entries()) socket.write(`n${index}\n`);
  assert.equal(
    await Promise.all(many.map(({ ended }) => ended)),
    many.map((_, index) => `<n${index}>\n`),
  );
  await Promise.all(Array.from({ length: 300 }, () => open()));
  const last = await open();
  last.socket.write('status\n');
  assert.is(await last.ended, '<status>\n');
});

test('bytes that are no text are answered or refused like any line', async () => {
  const samples = fc.sample(fc.uint8Array({ maxLength: 200 }), 100);
  for (const bytes of samples) {
    const client = await open();
    client.socket.end(bytes);
    assert.match(await client.ended, /\n$/);
  }
});

test('closing removes the socket, sends the answers that are due, and ends who asks nothing', async () => {
  let release = (_answer: Answer) => {};
  respond = () =>
    new Promise(resolve => {
      release = resolve;
    });
  const waiting = await open();
  waiting.socket.write('{stop\n');
  const idle = await open();
  await until(30, 'the request', () => seen.length === 1 && clock.pending === 1);
  const closed = server.close();
  assert.not(existsSync(path));
  assert.is(await idle.ended, '');
  release({ text: 'stopped\n', more: true });
  assert.is(await waiting.ended, 'stopped\n');
  await within(30, closed, 'the end of the server');
});

test('closing waits a second for an answer, and no longer', async () => {
  respond = () => new Promise(() => {});
  const client = await open();
  client.socket.write('{stop\n');
  await until(30, 'the request', () => seen.length === 1);
  const closed = server.close();
  clock.advance(1);
  await within(30, closed, 'the end of the server');
  assert.is(await client.ended, '');
});

test('only the owner may use the socket, whatever the umask', async () => {
  assert.is(statSync(path).mode & 0o777, 0o600);
  await server.close();
  const umask = process.umask(0);
  try {
    await server.listen();
    assert.is(process.umask(0), 0);
  } finally {
    process.umask(umask);
  }
  assert.is(statSync(path).mode & 0o777, 0o600);
});

test('a path that cannot be bound is an error', async () => {
  const second = new LineServer({
    path: join(path, 'x'),
    mode: 0o600,
    group: null,
    clock,
    answer: respond,
    replyFailed() {},
  });
  const error = await second.listen().then(
    () => null,
    (thrown: NodeJS.ErrnoException) => thrown,
  );
  assert.match(error?.code ?? '', /^(ENOTDIR|EACCES|EADDRINUSE)$/);
});

/** A connection the server knows of. */
async function open({ paused = false } = {}) {
  let text = '';
  const socket = connect({ path, allowHalfOpen: true });
  clients.push(socket);
  const ended = new Promise<string>(resolve => {
    socket.on('end', () => resolve(text));
    socket.on('close', () => resolve(text));
  });
  socket.setEncoding('utf8');
  socket.on('error', () => {});
  if (!paused) {
    socket.on('data', chunk => {
      text += chunk;
    });
    socket.on('end', () => socket.end());
  }
  await new Promise(resolve => socket.once('connect', resolve));
  // The server takes it in a turn of its own.
  await new Promise(resolve => setImmediate(resolve));
  return { socket, ended: within(30, ended, 'the end of a connection'), text: () => text };
}

test.run();
