import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { anyoneAt } from '../../../src/client/address';
import { request } from '../../../src/client/request';
import { answerRequest } from '../../../src/manager/control/answer';
import type { Requests } from '../../../src/manager/control/requests';
import { formatStatusText } from '../../../src/protocol/status-text';
import { systemClock } from '../../../src/system/clock';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { report, startNumbered } from '../../helpers/numbered-program';
import { keeperOf, openDescriptors } from '../../helpers/processes';
import { sampleReport } from '../../helpers/sample-report';
import { until, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('hostile clients');
const SILENT = 300;
const REQUESTS = 10_000;
/** Floods before the measurement, which bring the memory to the size that a flood needs. */
const FIRST_FLOODS = 3;
const FLOODS = 5;
/** KiB of allowed growth: the collector and malloc(3) cause variation, but 350 bytes per request would exceed it. */
const GROWTH = 16 << 10;
/** Requests after which the manager collects garbage, a second later. */
const BURST = 2000;
const INPUTS = 10_000;
const linuxOnly = process.platform !== 'linux' && 'needs /proc';

const sockets: Socket[] = [];
test.after.each(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await clearPlaces();
});

test('random bytes, long lines and partial requests get an answer or the end, and others are served', async () => {
  const { place } = await startNumbered(makePlace());
  const path = place.path('zdsock');
  const odd: (Buffer | string)[] = [
    randomBytes(5000),
    Buffer.alloc(200 << 10, 'x'),
    `${'y'.repeat(10_001)}\n`,
    '{"jsonrpc": "2.0", "id": 1, "method": "sta',
    '\n\n\n',
    '\0\0\0\n',
    '{}\n',
    '[1]\n',
    '{"jsonrpc":"2.0","id":{},"method":["status"]}\n',
    '{"jsonrpc":"2.0","id":1,"method":"__proto__"}\n',
    '{"jsonrpc":"2.0","id":1,"method":"constructor","params":{}}\n',
    '{"jsonrpc":"2.0","id":1,"method":"start","params":{"refresh":{"__proto__":{"program":["touch","evil"]}}}}\n',
    '{"jsonrpc":"2.0","id":1,"method":"start","params":{"refresh":{"program":"touch evil"}}}\n',
    '{"jsonrpc":"2.0","id":1,"method":"kill","params":{"signal":"9; touch evil"}}\n',
    `${'{"a":'.repeat(1900)}\n`,
    'status; touch evil\n',
    'kill ${process.exit(1)}\n',
  ];
  for (const bytes of odd) {
    const { text } = await talk(path, bytes);
    assert.ok(text === '' || text.endsWith('\n'), JSON.stringify(text.slice(0, 200)));
    assert.is(await served(place), true);
  }
  assert.is((await place.exec(['ls', 'evil'])).status !== 0, true);
  assert.is((await report(place)).restarts, 0);
});

test(`${SILENT} silent clients lock out no other`, async () => {
  const { place } = await startNumbered(makePlace());
  for (let count = 0; count < SILENT; count++) sockets.push(quietly(connect(place.path('zdsock'))));
  await Promise.all(sockets.map(opened));
  for (let count = 0; count < 20; count++) assert.ok(await served(place));
  // No client had to wait for the time limit on silence; the oldest connections were closed instead.
  assert.ok(sockets.slice(SILENT / 2).every(({ closed }) => !closed));
});

test.skipIf(linuxOnly, 'clients that half-close or never read are answered or dropped', async () => {
  const { place } = await startNumbered(makePlace());
  const half = await talk(place.path('zdsock'), 'status\n', true);
  assert.match(half.text, 'status=');
  const deaf = quietly(connect(place.path('zdsock')));
  sockets.push(deaf);
  await opened(deaf);
  deaf.pause();
  const line = '{"jsonrpc":"2.0","id":1,"method":"status","params":{"lines":true}}\n';
  for (let count = 0; count < 2000; count++) deaf.write(line);
  assert.ok(await served(place));
  const { managerPid } = await report(place);
  // The socket it listens on, the wire to its keeper, and the connection of the client that never reads, until it is dropped.
  const wires = keeperOf(managerPid) === null ? 0 : 1;
  await until(30, 'the end of the client that never reads', () => socketsOf(managerPid) <= 1 + wires);
});

test.skipIf(
  linuxOnly,
  `${FLOODS} floods of ${REQUESTS} requests and of garbage do not increase the memory`,
  async () => {
    const { place } = await startNumbered(makePlace());
    const { managerPid } = await report(place);
    let before = 0;
    for (let count = -FIRST_FLOODS; count < FLOODS; count++) {
      if (count === 0) before = privateKiB(managerPid);
      await flood(place, REQUESTS);
      await Promise.all(
        Array.from({ length: 100 }, () => talk(place.path('zdsock'), Buffer.alloc(200 << 10, 'z'))),
      );
    }
    await until(30, `a growth below ${GROWTH} KiB`, async () => {
      const growth = privateKiB(managerPid) - before;
      if (growth < GROWTH) return true;
      await flood(place, BURST);
      throw new Error(`grew by ${growth} KiB`);
    });
  },
);

test('a client that was answered leaves no record in the log', async () => {
  const { place } = await startNumbered(makePlace());
  for (let count = 0; count < 3; count++) await place.zd('status -l');
  assert.not(place.read('events').includes('WARNING'), place.read('events'));
});

test(`${INPUTS} random lines get a reply of one line each, and nothing else`, async () => {
  const asked: string[] = [];
  const note = (what: string) => async () => void asked.push(what);
  const requests: Requests = {
    statusText: () => formatStatusText(sampleReport),
    brief: () => sampleReport,
    status: () => sampleReport,
    start: async () => ({ outcome: 'started', pid: 2 }),
    stop: async () => ({ outcome: 'stopped' }),
    restart: async () => ({ outcome: 'started', pid: 2 }),
    kill: async () => true,
    read() {
      throw new Error('nothing to read');
    },
    visitors: {
      attach() {
        throw new Error('nothing to see');
      },
      resize() {},
    },
    pause: note('pause'),
    continueProgram: note('continue'),
    reload: async () => ({ reloaded: true, pid: 2, signal: 1 }),
    runNow: async () => ({ outcome: 'started', pid: 2 }),
    send: async () => ({ sent: 0, pid: null, refused: 'none' }),
    wait: note('wait'),
    history: () => ({ ends: [] }),
    subscribe: () => ({ report: sampleReport, follow: () => ({ drained() {}, closed() {} }) }),
    output: async () => ({ managerPid: 2, from: 0, to: 0, bytes: '' }),
    reopen: () => {},
    apply: note('apply'),
    upgrade: async () => ({ managerPid: 2 }),
    exit: () => {},
  };
  const keys = fc.constantFrom('jsonrpc', 'id', 'method', 'params', '__proto__', 'constructor', 'refresh');
  const methods = fc.constantFrom(
    'status',
    'start',
    'kill',
    'restart',
    'apply',
    'upgrade',
    'toString',
    '__proto__',
  );
  const rpc = fc.record({
    jsonrpc: fc.constantFrom('2.0', 2, null),
    id: fc.jsonValue(),
    method: fc.oneof(methods, fc.jsonValue()),
    params: fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue())),
  });
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    rpc.map(value => JSON.stringify(value)),
    fc.dictionary(keys, fc.jsonValue()).map(value => JSON.stringify(value)),
    fc.tuple(methods, fc.string()).map(words => words.join(' ')),
  );
  await fc.assert(
    fc.asyncProperty(line, async text => {
      const { text: reply } = await answerRequest(text, requests);
      assert.ok(reply === '' || reply.endsWith('\n'));
      if (text.trimStart().startsWith('{')) assert.is(JSON.parse(reply).jsonrpc, '2.0');
      assert.is(Object.keys(Object.prototype).length, 0);
    }),
    { numRuns: INPUTS },
  );
});

async function served(place: Place): Promise<boolean> {
  const exchange = { socket: anyoneAt(place.path('zdsock')), clock: systemClock, limit: 30 };
  return ((await request(exchange, 'status')) as { pid: number }).pid > 0;
}

/** Sends bytes and reads the answer until the manager closes the connection. */
function talk(path: string, bytes: Buffer | string, halfClose = false): Promise<{ text: string }> {
  const socket = quietly(connect({ path, allowHalfOpen: true }));
  let text = '';
  socket.setEncoding('utf8').on('data', chunk => {
    text += chunk;
    // A JSON reply leaves the connection open for more.
    if (text.startsWith('{') && text.endsWith('\n')) socket.destroy();
  });
  const over = new Promise<{ text: string }>(resolve => {
    socket.once('end', () => socket.destroy());
    socket.once('close', () => resolve({ text }));
  });
  socket.write(bytes);
  if (halfClose || !bytes.includes('\n')) socket.end();
  return within(30, over, `the answer to ${JSON.stringify(String(bytes).slice(0, 60))}`);
}

/** Sends many requests over one connection. */
async function flood(place: Place, count: number): Promise<void> {
  const socket = quietly(connect(place.path('zdsock')));
  sockets.push(socket);
  let lines = 0;
  const over = new Promise<void>(resolve => {
    socket.on('data', chunk => {
      lines += chunk.toString('latin1').split('\n').length - 1;
      if (lines >= count) resolve();
    });
  });
  for (let sent = 0; sent < count; sent++) socket.write('{"jsonrpc":"2.0","id":1,"method":"status"}\n');
  await within(60, over, 'the answers');
  socket.destroy();
}

function quietly(socket: Socket): Socket {
  return socket.on('error', () => {});
}

function opened(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    if (!socket.connecting) return resolve();
    socket.once('connect', resolve);
    socket.once('close', () => resolve());
  });
}

function socketsOf(pid: number): number {
  return [...openDescriptors(pid).values()].filter(target => target.startsWith('socket:')).length;
}

/** Private memory without file pages, whose number varies. */
function privateKiB(pid: number): number {
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}

test.run();
