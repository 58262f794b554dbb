import * as assert from 'uvu/assert';
import { readOrder } from '../../../src/protocol/read-order';
import { sampleOrder, sampleSettings } from '../../helpers/sample-order';
import { suite } from '../../runner/guard';

const test = suite('read order');

/** An order as zd 0.1 wrote it. */
const orderOfVersion1 = {
  version: 1,
  purpose: 'start',
  socket: '/run/app/zdsock',
  socketMode: 0o660,
  socketGroup: 4,
  stateFolder: '/run/app/.zdsock.zd',
  startDirectory: '/home/app',
  directory: '/srv/app',
  user: null,
  umask: 0o027,
  program: ['sleep', '5'],
  args: ['6'],
  environment: { A: 'x' },
  eventLog: null,
  transcript: 'log',
  output: {
    transcriptMode: 0o640,
    transcriptOwner: null,
    transcriptBuffer: 1024,
    transcriptFull: 'block',
    transcriptRotateSize: null,
    transcriptRotateInterval: null,
    transcriptKeep: 3,
    transcriptMaxTotal: null,
    transcriptCompress: true,
    transcriptTimestamps: 'iso',
    transcriptPlain: false,
    transcriptMarkers: false,
    stderrTranscript: null,
    stdout: null,
    stdin: null,
  },
  backoffLimit: 4,
  forever: true,
  exitCodes: [0],
  startTestProgram: null,
  startTimeout: 20,
  startSeconds: 1.5,
  stopTimeout: 7,
  hangAround: false,
  attached: false,
  patient: false,
  firstStartMustHold: false,
  replacement: false,
};

test('a current order stays unchanged', () => {
  const order = sampleOrder({ args: ['x'], settings: sampleSettings({ stopTimeout: 3 }) });
  assert.equal(readOrder(JSON.parse(JSON.stringify(order))), order);
});

test('an order of zd 0.1 keeps every setting it had', () => {
  const settings = sampleSettings({
    socketMode: 0o660,
    socketGroup: '4',
    directory: '/srv/app',
    umask: 0o027,
    program: ['sleep', '5'],
    transcript: 'log',
    ...(orderOfVersion1.output as Partial<ReturnType<typeof sampleSettings>>),
    backoffLimit: 4,
    forever: true,
    exitCodes: [0],
    startTimeout: 20,
    startSeconds: 1.5,
    stopTimeout: 7,
  });
  const others = {
    startDirectory: '/home/app',
    args: ['6'],
    environment: { A: 'x' },
    firstStartMustHold: false,
  };
  assert.equal(readOrder(orderOfVersion1), sampleOrder({ ...others, settings }));
});

test('a missing setting gets its default, and an unknown one is dropped', () => {
  const order = sampleOrder();
  const { stopTimeout, ...others } = order.settings;
  assert.equal(readOrder({ ...order, settings: { ...others, later: 1 } }), order);
});

test('a later version, another format and an invalid value are rejected with a sentence', () => {
  const order = sampleOrder();
  assert.throws(
    () => readOrder({ ...order, version: 99 }),
    /reads launch orders up to version \d+, but got version 99/,
  );
  for (const other of [null, 5, [], {}]) assert.throws(() => readOrder(other), /not from zd/);
  const settings = { ...order.settings, stopTimeout: '5' };
  assert.throws(
    () => readOrder({ ...order, settings }),
    /stop-timeout cannot be '"5"'; its type is: time in seconds; ms, s, m, h and d are units/,
  );
});

test.run();
