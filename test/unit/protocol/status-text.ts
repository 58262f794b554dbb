import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { StatusReport } from '../../../src/protocol/messages';
import { formatStatusText, parseStatusText } from '../../../src/protocol/status-text';
import { sampleReport } from '../../helpers/sample-report';
import { suite } from '../../runner/guard';

const test = suite('status text');

test('the block has the lines of zdaemon 5.2 in its order', () => {
  assert.is(
    formatStatusText(sampleReport),
    `status=running
now=1795214815.618
should_be_up=1
delay=0
backoff=0
lasttime=1795214814.39
application=13057
testing=0
manager=13055
backofflimit=10
filename='/usr/bin/sleep'
args=['sleep', '100']
`,
  );
});

test('a program that is down is reported as stopped, without a pid, with the time of the next attempt', () => {
  const report: StatusReport = {
    ...sampleReport,
    state: 'backoff',
    pid: null,
    uptime: null,
    backoff: 3,
    nextAttempt: 1795214818,
    testing: true,
  };
  assert.match(
    formatStatusText(report),
    /^status=stopped\n.*\nshould_be_up=1\ndelay=1795214818\.0\nbackoff=3\n.*\napplication=0\ntesting=1\n/,
  );
  assert.match(
    formatStatusText({ ...report, wanted: 'down', since: null }),
    /should_be_up=0\n.*\n.*\nlasttime=0\n/,
  );
});

test('a block can be parsed back for any words of the program', () => {
  const texts = fc.oneof(
    fc.fullUnicodeString(),
    fc.constantFrom('\napplication=1', '\u2028args=[]', "'", '"'),
  );
  fc.assert(
    fc.property(
      fc.array(texts, { minLength: 1 }),
      texts,
      fc.option(fc.integer({ min: 1, max: 4194304 })),
      fc.boolean(),
      fc.constantFrom<'up' | 'down'>('up', 'down'),
      (args, file, pid, testing, wanted) => {
        const text = formatStatusText({ ...sampleReport, args, file, pid, testing, wanted });
        assert.is(text.split(/[\n\r\u2028\u2029]/).length, 13);
        assert.equal(parseStatusText(text), { pid, managerPid: 13055, wanted, testing, args });
      },
    ),
    { numRuns: 2000 },
  );
});

test("missing lines get zdaemon's defaults", () => {
  assert.equal(parseStatusText('application=7\n'), {
    pid: 7,
    managerPid: null,
    wanted: 'up',
    testing: false,
    args: null,
  });
  assert.is(parseStatusText('application=0\nmood=1\n')?.pid, null);
  assert.is(parseStatusText("application=7\nargs=__import__('os')\n")?.args, null);
});

test('anything but a status block is null', () => {
  for (const text of [
    '',
    '\n',
    'Unknown command',
    'application=\n',
    'application=x\n',
    'xapplication=1\n',
    '{}',
  ])
    assert.is(parseStatusText(text), null, text);
  fc.assert(
    fc.property(fc.fullUnicodeString(), text => {
      parseStatusText(text);
    }),
    { numRuns: 1000 },
  );
});

test.run();
