import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Answer, Following } from '../../../../src/manager/control/connection';
import { LineServer } from '../../../../src/manager/control/server';
import type { Subscriber } from '../../../../src/manager/events/stream';
import { ServerWorld } from '../../../helpers/server-world';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { until, within } from '../../../helpers/within';
import { suite } from '../../../runner/guard';

const test = suite('connection');
const world = new ServerWorld(test);

test('a line is answered and the connection ends', async () => {
  const client = await world.open();
  client.socket.write('status\n');
  assert.is(await client.ended, '<status>\n');
  await until(
    30,
    'an idle server without a timer',
    () => world.clock.pending === 0 && world.server.clients === 0,
  );
});

test('a line may arrive in pieces, split within a character', async () => {
  const client = await world.open();
  for (const byte of Buffer.from('é🌙\n')) {
    client.socket.write(Buffer.from([byte]));
    await new Promise(resolve => setImmediate(resolve));
  }
  assert.is(await client.ended, '<é🌙>\n');
});

test('anything after the newline of a text request is ignored', async () => {
  const client = await world.open();
  client.socket.write('status\nstop\nkill');
  assert.is(await client.ended, '<status>\n');
  assert.equal(world.seen, ['status']);
});

test('requests on an open connection are answered one after another, in order', async () => {
  let release = () => {};
  const gate = new Promise<void>(resolve => {
    release = resolve;
  });
  world.respond = async line => {
    if (line === '{1') await gate;
    return { text: `<${line}>\n`, more: true };
  };
  const client = await world.open();
  client.socket.write('{1\n{2\n{3\n');
  await until(30, 'the first request', () => world.seen.length === 1);
  client.socket.write('{4\n');
  release();
  await until(30, 'four answers', () => client.text() === '<{1>\n<{2>\n<{3>\n<{4>\n');
  assert.equal(world.seen, ['{1', '{2', '{3', '{4']);
});

test('a client that has stopped sending gets its answers, then the end', async () => {
  const client = await world.open();
  client.socket.end('{1\n{2\n');
  assert.is(await client.ended, '<{1>\n<{2>\n');
  const quick = await world.open();
  quick.socket.end('status\n');
  assert.is(await quick.ended, '<status>\n');
});

test('an end before the newline is reported, even after no bytes at all', async () => {
  for (const text of ['', 'stat', ' ', '{1\n{2']) {
    const client = await world.open();
    client.socket.end(text);
    const wanted = text.startsWith('{') ? '<{1>\n' : '';
    assert.is(await client.ended, `${wanted}Command not terminated by newline\n`);
  }
});

test('10,000 bytes are a request, one more is too many, with or without a newline', async () => {
  const longest = 'x'.repeat(10_000);
  const good = await world.open();
  good.socket.write(`${longest}\n`);
  assert.is(await good.ended, `<${longest}>\n`);
  world.seen = [];
  for (const text of [`${longest}x`, `${longest}x\n`, `${'é'.repeat(5001)}\n`, 'x'.repeat(500_000)]) {
    const client = await world.open();
    client.socket.write(text);
    assert.is(await client.ended, 'Command exceeds 10 KB\n');
  }
  assert.equal(world.seen, []);
});

test('a request in JSON may be longer, unless others can use the socket too', async () => {
  const long = `{${'x'.repeat(300_000)}`;
  for (const mode of [0o600, 0o660]) {
    const path = join(makeTemporaryFolder(), 's');
    const server = new LineServer({
      path,
      mode,
      group: null,
      clock: world.clock,
      answer: line => ({ text: `${line.length}\n`, more: false }),
      replyFailed: () => {},
    });
    await server.listen();
    const client = connect(path);
    client.on('error', () => {});
    client.write(`${long}\n`);
    let text = '';
    client.setEncoding('utf8').on('data', chunk => {
      text += chunk;
    });
    await within(30, once(client, 'close'), 'the end of a connection');
    assert.is(text, mode === 0o600 ? '300001\n' : 'Command exceeds 10 KB\n');
    await server.close();
  }
});

test('a client without a request for ten seconds is cut off; a request gives it ten more', async () => {
  const silent = await world.open();
  const busy = await world.open();
  await until(30, 'both connections', () => world.server.clients === 2);
  world.clock.advance(9);
  busy.socket.write('{1\n');
  await until(30, 'an answer', () => busy.text() === '<{1>\n');
  assert.not(silent.socket.destroyed);
  world.clock.advance(1.1);
  assert.is(await silent.ended, '');
  world.clock.advance(8);
  busy.socket.write('{2\n');
  await until(30, 'an answer', () => busy.text() === '<{1>\n<{2>\n');
  world.clock.advance(10.1);
  await busy.ended;
});

test('however the requests are split into pieces, each is answered, in order', async () => {
  const requests = Array.from({ length: 2000 }, (_, index) => `{${index}\n`).join('');
  for (const size of [1, 7, 997, requests.length]) {
    const client = await world.open();
    for (let at = 0; at < requests.length; at += size) client.socket.write(requests.slice(at, at + size));
    client.socket.end();
    assert.is(await client.ended, requests.replace(/.+/g, '<$&>'));
  }
});

test('an answer may take any length of time', async () => {
  let release = (_answer: Answer) => {};
  world.respond = () =>
    new Promise(resolve => {
      release = resolve;
    });
  const client = await world.open();
  client.socket.write('{stop\n');
  await until(30, 'the request', () => world.seen.length === 1);
  world.clock.advance(100_000);
  release({ text: 'done\n', more: true });
  await until(30, 'the answer', () => client.text() === 'done\n');
});

test('a client that does not read its answer within ten seconds is cut off, and delays no other', async () => {
  world.respond = line => ({ text: line === 'big' ? 'x'.repeat(20 << 20) : 'small\n', more: false });
  const slow = await world.open({ paused: true });
  slow.socket.write('big\n');
  await until(30, 'the request', () => world.seen.includes('big'));
  const other = await world.open();
  other.socket.write('status\n');
  assert.is(await other.ended, 'small\n');
  await until(30, 'the limit', () => world.clock.pending === 1);
  world.clock.advance(10.1);
  await until(30, 'the cut', () => world.clock.pending === 0);
});

test('a request whose answer fails closes its connection, and the failure is reported', async () => {
  for (const fail of [
    () => {
      throw new Error('thrown');
    },
    () => Promise.reject(new Error('rejected')),
  ]) {
    world.respond = fail;
    const client = await world.open();
    client.socket.write('reopen_transcript\n');
    assert.is(await client.ended, '');
  }
  assert.equal(world.failures, ['thrown', 'rejected']);
});

test('a client that disconnects before its answer does no harm', async () => {
  let release = (_answer: Answer) => {};
  world.respond = () =>
    new Promise(resolve => {
      release = resolve;
    });
  const client = await world.open();
  client.socket.write('{1\n');
  await until(30, 'the request', () => world.seen.length === 1);
  client.socket.destroy();
  await until(30, 'the end of the connection', () => world.clock.pending === 0);
  release({ text: 'late\n', more: true });
  world.respond = () => ({ text: 'fine\n', more: false });
  const next = await world.open();
  next.socket.write('status\n');
  assert.is(await next.ended, 'fine\n');
});

/** Has connections follow that ask for it; lines are sent to all with the returned function. */
function follow() {
  const all: Subscriber[] = [];
  const state = {
    closed: 0,
    send: (line: string) => {
      for (const one of all) one.send(line);
    },
    waiting: () => all[0]?.waiting ?? 0,
  };
  const following: Following = {
    drained() {},
    closed() {
      state.closed += 1;
    },
  };
  world.respond = line => ({
    text: `<${line}>\n`,
    more: line.startsWith('{'),
    ...(line === '{follow'
      ? {
          follow: (subscriber: Subscriber) => {
            all.push(subscriber);
            return following;
          },
        }
      : {}),
  });
  return state;
}

test('a client that follows may be silent, has ended or not, and its requests are still answered', async () => {
  const state = follow();
  const listening = await world.open();
  const ended = await world.open();
  listening.socket.write('{follow\n');
  ended.socket.end('{follow\n');
  await until(30, 'both answers', () => ended.text() !== '' && listening.text() !== '');
  world.clock.advance(1000);
  listening.socket.write('{more\n');
  await until(30, 'an answer', () => listening.text() === '<{follow>\n<{more>\n');
  world.clock.advance(1000);
  state.send('news\n');
  await until(30, 'the news', () => (listening.text() + ended.text()).includes('news\n'));
  listening.socket.destroy();
  ended.socket.destroy();
  await until(30, 'both ends', () => {
    state.send('again\n');
    return state.closed === 2;
  });
});

test('one that follows is not disconnected for another client', async () => {
  follow();
  const listening = await world.open();
  listening.socket.write('{follow\n');
  await until(30, 'the answer', () => listening.text() !== '');
  const silent = [];
  for (let count = 0; count < 300; count++) silent.push(await world.open());
  const late = await world.open();
  late.socket.write('status\n');
  assert.is(await late.ended, '<status>\n');
  assert.not(listening.socket.destroyed);
  listening.socket.write('{1\n');
  await until(30, 'its next answer', () => listening.text().endsWith('<{1>\n'));
});

test('one that follows and does not read is not waited for when the server closes', async () => {
  const state = follow();
  const slow = await world.open({ paused: true });
  slow.socket.write('{follow\n');
  await until(30, 'the request', () => world.seen.length === 1);
  await until(30, 'a full connection', () => {
    state.send(`${'x'.repeat(100_000)}\n`);
    return state.waiting() > 0;
  });
  await within(5, world.server.close(), 'the end of the server');
  await until(30, 'its end', () => state.closed === 1);
});

test.run();
