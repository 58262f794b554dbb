import * as assert from 'uvu/assert';
import { describeWait } from '../../../src/client/explain-wait';
import type { StatusReport } from '../../../src/protocol/messages';
import { sampleReport } from '../../helpers/sample-report';
import { suite } from '../../runner/guard';

const test = suite('explanations of waits');
const time = new Date(2026, 10, 25, 22, 41, 7).getTime() / 1000;

const cases: [Partial<StatusReport>, number | null, string | null][] = [
  [
    { state: 'stopping', pid: 12, killAt: time },
    null,
    'pid 12 exits; SIGKILL follows at 22:41:07 (stop-timeout)',
  ],
  [{ state: 'stopping', pid: 12 }, null, 'pid 12 exits'],
  [
    { state: 'restarting', pid: null, killAt: time },
    time,
    'the processes that the program left behind exit; SIGKILL follows at 22:41:07 (stop-timeout)',
  ],
  [
    { state: 'starting', testing: true },
    time,
    'the start test succeeds, at most until 22:41:07 (start-timeout)',
  ],
  [
    { state: 'starting', pid: 12 },
    time,
    'pid 12 has run for start-seconds, at most until 22:41:07 (start-timeout)',
  ],
  [{ state: 'running' }, time, null],
];

for (const [report, end, text] of cases)
  test(`while ${JSON.stringify(report)}`, () => {
    assert.is(describeWait({ ...sampleReport, ...report }, end), text);
  });

test.run();
