import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Answer } from '../../../../src/manager/control/connection';
import { LineServer } from '../../../../src/manager/control/server';
import { ServerWorld } from '../../../helpers/server-world';
import { until, within } from '../../../helpers/within';
import { suite } from '../../../runner/guard';

const test = suite('server');
const world = new ServerWorld(test);

test('two hundred simultaneous clients are all answered, and silent ones cannot lock out the next', async () => {
  const many = await Promise.all(Array.from({ length: 200 }, () => world.open()));
  for (const [index, { socket }] of many.entries()) socket.write(`n${index}\n`);
  assert.equal(
    await Promise.all(many.map(({ ended }) => ended)),
    many.map((_, index) => `<n${index}>\n`),
  );
  await Promise.all(Array.from({ length: 300 }, () => world.open()));
  const last = await world.open();
  last.socket.write('status\n');
  assert.is(await last.ended, '<status>\n');
});

test('clients that have sent their end and wait are the first to go, then those that wait longest', async () => {
  const waiting: ((answer: Answer) => void)[] = [];
  world.respond = line =>
    line === 'status' ? { text: '<status>\n', more: false } : new Promise(resolve => waiting.push(resolve));
  const patient = await world.open();
  patient.socket.write('{wait\n');
  const gone = await Promise.all(Array.from({ length: 255 }, () => world.open()));
  for (const { socket } of gone) socket.end('{wait\n');
  await until(30, 'all requests', () => waiting.length === 256);
  for (let round = 0; round < 200; round++) {
    const next = await world.open();
    next.socket.write(round % 2 ? 'status\n' : '{wait\n');
    if (round % 2) assert.is(await next.ended, '<status>\n');
  }
  for (const answer of waiting) answer({ text: 'over\n', more: false });
  assert.is(await patient.ended, 'over\n', 'it had waited longest, but had not sent its end');
});

test('bytes that are not text are answered or refused like any line', async () => {
  const samples = fc.sample(fc.uint8Array({ maxLength: 200 }), 100);
  for (const bytes of samples) {
    const client = await world.open();
    client.socket.end(bytes);
    assert.match(await client.ended, /\n$/);
  }
});

test('closing removes the socket, sends the pending answers, and disconnects idle clients', async () => {
  let release = (_answer: Answer) => {};
  world.respond = () =>
    new Promise(resolve => {
      release = resolve;
    });
  const waiting = await world.open();
  waiting.socket.write('{stop\n');
  const idle = await world.open();
  await until(30, 'the request', () => world.seen.length === 1 && world.clock.pending === 1);
  const closed = world.server.close();
  assert.not(existsSync(world.path));
  assert.is(await idle.ended, '');
  release({ text: 'stopped\n', more: true });
  assert.is(await waiting.ended, 'stopped\n');
  await within(30, closed, 'the end of the server');
});

test('closing waits a second for an answer, and no longer', async () => {
  world.respond = () => new Promise(() => {});
  const client = await world.open();
  client.socket.write('{stop\n');
  await until(30, 'the request', () => world.seen.length === 1);
  const closed = world.server.close();
  world.clock.advance(1);
  await within(30, closed, 'the end of the server');
  assert.is(await client.ended, '');
});

test('only the owner can use the socket, whatever the umask', async () => {
  assert.is(statSync(world.path).mode & 0o777, 0o600);
  await world.server.close();
  const umask = process.umask(0);
  try {
    await world.server.listen();
    assert.is(process.umask(0), 0);
  } finally {
    process.umask(umask);
  }
  assert.is(statSync(world.path).mode & 0o777, 0o600);
});

test('a path that cannot be bound is an error', async () => {
  const second = new LineServer({
    path: join(world.path, 'x'),
    mode: 0o600,
    group: null,
    clock: world.clock,
    answer: world.respond,
    replyFailed() {},
  });
  const error = await second.listen().then(
    () => null,
    (thrown: NodeJS.ErrnoException) => thrown,
  );
  assert.match(error?.code ?? '', /^(ENOTDIR|EACCES|EADDRINUSE)$/);
});

test.run();
