import * as assert from 'uvu/assert';
import { describeWait } from '../../../src/client/describe-wait';
import type { StatusReport } from '../../../src/protocol/messages';
import { sampleReport } from '../../helpers/sample-report';
import { suite } from '../../runner/guard';

const test = suite('descriptions of waits');
const wait = { name: 'app', seconds: 12 };
const now = 1_795_000_000;

const cases: [Partial<StatusReport>, number | null, string | null][] = [
  [
    { state: 'stopping', pid: 0, killAt: now + 288 },
    null,
    'stopping app: SIGTERM sent, 12 s of 300, still there: 0',
  ],
  [{ state: 'stopping', pid: 0 }, null, 'stopping app: SIGTERM sent, 12 s, still there: 0'],
  [
    { state: 'restarting', pid: null, killAt: now - 1 },
    null,
    'restarting app: SIGTERM sent, 12 s of 12, still there: what the program left behind',
  ],
  [
    { state: 'starting', pid: 12, waitingFor: 'port 80: refused' },
    300,
    'starting app: 12 s of 300, waiting for port 80: refused',
  ],
  [
    { state: 'starting', pid: null, waitingFor: 'port 5432: refused' },
    300,
    'starting app: 12 s of 60, waiting for port 5432: refused',
  ],
  [{ state: 'starting' }, 300, 'starting app: 12 s of 300'],
  [{ state: 'running' }, 300, null],
];

for (const [report, limit, text] of cases)
  test(`while ${JSON.stringify(report)}`, () => {
    const { pid } = process;
    // The process is this one, whose name depends on Node.
    const own = report.pid === 0 ? { ...report, pid } : report;
    const found = describeWait(
      { ...sampleReport, killAt: null, ...own, now },
      { ...wait, limits: limit === null ? null : { ready: limit, waitFor: 60 } },
    );
    const start = text?.replace(/0$/, report.pid === 0 ? String(pid) : '0') ?? null;
    if (start === null) assert.is(found, null);
    else assert.ok(found?.startsWith(start), `${found}`);
  });

test('what the program left behind is named, or counted if there is much of it', () => {
  const report = { ...sampleReport, state: 'stopping', pid: null, now, killAt: now + 8 } as StatusReport;
  const describe = (left: number[]) =>
    describeWait(report, { ...wait, limits: null, left, sent: 'signals sent' });
  const start = 'stopping app: signals sent, 12 s of 20, still there:';
  assert.is(describe([2 ** 30]), `${start} ${2 ** 30}`);
  assert.is(describe([1, 2, 3, 4, 5].map(one => 2 ** 30 + one))?.endsWith(' and 2 more'), true);
});

test.run();
