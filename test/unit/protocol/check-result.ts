import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { isResult } from '../../../src/protocol/check-result';
import type { Method } from '../../../src/protocol/messages';
import type { EventLogSettings } from '../../../src/settings/event-log-settings';
import { describeTargets } from '../../../src/settings/event-log-text';
import { sampleReport } from '../../helpers/sample-report';
import { suite } from '../../runner/guard';

const test = suite('results');

const lastExit = { code: 3, signal: null, pid: 7, at: 1, uptime: 2, lines: ['x'] };
const good: [Method, unknown][] = [
  ['status', sampleReport],
  ['status', { ...sampleReport, pid: null, lastExit, lines: [], keeperPid: undefined }],
  ['start', { outcome: 'started', pid: 7 }],
  ['start', { outcome: 'failed', reason: 'no', lines: [], retry: false }],
  ['restart', { outcome: 'cancelled' }],
  ['stop', { outcome: 'stopped', leaves: true }],
  ['stop', { outcome: 'failed', reason: 'no' }],
  ['kill', { sent: false }],
  ['upgrade', { managerPid: 8 }],
  ['wait', null],
];

test('what a manager answers is accepted', () => {
  for (const [method, result] of good) assert.ok(isResult(method, result), JSON.stringify(result));
});

test('an answer of another shape is not', () => {
  for (const [method, result] of [
    ['status', null],
    ['status', []],
    ['status', { ...sampleReport, pid: -1 }],
    ['status', { ...sampleReport, pid: '7' }],
    ['status', { ...sampleReport, args: 'sleep' }],
    ['status', { ...sampleReport, lines: [7] }],
    ['status', { ...sampleReport, lastExit: { ...lastExit, uptime: 'long' } }],
    ['start', { outcome: 'started', pid: 1 }],
    ['start', { outcome: 'failed', reason: 'no', lines: 'x', retry: false }],
    ['restart', { outcome: 'odd' }],
    ['stop', {}],
    ['kill', { sent: 'yes' }],
    ['upgrade', 8],
  ] as const)
    assert.not(isResult(method, result), JSON.stringify(result));
});

test('no field of a status can be of just any kind', () => {
  const fields = Object.keys(sampleReport).filter(
    field => !['schema', 'version', 'uptime', 'restarts', 'adopted'].includes(field),
  );
  fc.assert(
    fc.property(fc.constantFrom(...fields), field => {
      assert.not(isResult('status', { ...sampleReport, [field]: { evil: true } }), field);
    }),
  );
});

test('an event log that is accepted can be described, also that of a later zd', () => {
  const running = (eventLog: unknown) => ({
    ...sampleReport,
    running: { settings: {}, environment: null, eventLog, attached: false },
  });
  const some = fc.oneof(fc.jsonValue(), fc.constant(undefined));
  const target = fc.record({
    level: fc.oneof(fc.integer(), some),
    path: fc.oneof(fc.string(), some),
    type: fc.oneof(fc.constantFrom('syslog', 'http', 'mail', 'later'), some),
    facility: fc.oneof(fc.string(), some),
    url: fc.oneof(fc.string(), some),
    method: fc.oneof(fc.string(), some),
    to: fc.oneof(fc.array(fc.string()), some),
    format: fc.oneof(fc.constant({ style: 'classic', text: '' }), some),
    rotation: fc.oneof(fc.record({ keep: some, size: some, when: some }), some),
  });
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.array(target, { maxLength: 2 }),
      fc.option(fc.array(target, { maxLength: 2 })),
      (files, handlers) => {
        const eventLog = { level: 20, files, ...(handlers ? { handlers } : {}) };
        if (!isResult('status', running(eventLog))) return;
        accepted += 1;
        for (const text of describeTargets(eventLog as unknown as EventLogSettings))
          assert.type(text, 'string');
      },
    ),
    { numRuns: 3000 },
  );
  assert.ok(accepted > 100);
});

test.run();
