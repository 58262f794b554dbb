import * as assert from 'uvu/assert';
import { formatDuration, formatInstant, formatPast, formatSize } from '../../../src/commands/inspect/human';
import {
  describeDown,
  describeExit,
  describeTransition,
  joinState,
} from '../../../src/commands/inspect/state-text';
import type { StatusReport } from '../../../src/protocol/messages';
import type { DownRecord, ExitRecord } from '../../../src/protocol/outcomes';
import { chooseLook, fit, paint } from '../../../src/system/terminal';
import { sampleReport } from '../../helpers/sample-report';
import { suite } from '../../runner/guard';

const test = suite('texts of status');

const exit: ExitRecord = {
  code: 1,
  signal: null,
  pid: 7,
  at: 50,
  uptime: 0.4,
  by: 'nobody',
  user: null,
  lines: ['x'],
};
const down: DownRecord = { outcome: 'stopped', at: 40, by: 'stop', user: 'ann', inARow: 0, reason: null };
const when = (text: string) => text.replace(/ at \d\d:\d\d/, ' at 15:31');
const tell = (part: Partial<DownRecord>, last: ExitRecord | null = exit) =>
  when(joinState(describeDown({ ...down, ...part }, last, 100)));
const during = (part: Partial<StatusReport>) => {
  const text = describeTransition({ ...sampleReport, ...part });
  return text && joinState(text);
};

test('durations and sizes are short, and have one or two units', () => {
  const durations: [number, string][] = [
    ...([
      [0, '0 s'],
      [0.014, '0.01 s'],
      [0.42, '0.4 s'],
      [2, '2 s'],
      [9.96, '10 s'],
      [59.6, '1 min'],
    ] as const),
    ...([
      [226, '3 min 46 s'],
      [3600, '1 h'],
      [8040, '2 h 14 min'],
      [273_600, '3 d 4 h'],
    ] as const),
  ].map(([seconds, text]) => [seconds, text]);
  for (const [seconds, text] of durations) assert.is(formatDuration(seconds), text);
  assert.equal([963, 18 * 2 ** 20, 1.5 * 2 ** 30].map(formatSize), ['963 bytes', '18 MiB', '1.5 GiB']);
});

test('an instant of another day has its date, and one that is to come no past', () => {
  assert.match(formatInstant(100_000, 200_000), /^on 1970-01-0\d at \d\d:\d\d:\d\d$/);
  assert.match(formatInstant(100_000, 100_001), /^at \d\d:\d\d:\d\d$/);
  assert.match(formatPast(100_000, 100_072), /^at \d\d:\d\d \(1 min 12 s ago\)$/);
  assert.match(formatPast(100_005, 100_000), /^at \d\d:\d\d$/);
});

test('every way to be down has its words', () => {
  assert.is(tell({}), 'stopped by ann at 15:31 (1 min ago), exit status 1 after 0.4 s');
  assert.is(
    tell({}, { ...exit, code: null, signal: 15 }),
    'stopped by ann at 15:31 (1 min ago), after 0.4 s',
  );
  assert.is(
    tell({ by: 'signal', user: null }, null),
    'stopped by a signal to the manager at 15:31 (1 min ago)',
  );
  assert.is(
    tell({ outcome: 'gave-up', inARow: 10, reason: 'no such file' }),
    'gave up at 15:31 (1 min ago) after 10 crashes in a row, no such file',
  );
  assert.is(
    tell({ outcome: 'failed', reason: 'it ended with …' }),
    'failed to start at 15:31 (1 min ago): exit status 1 after 0.4 s',
  );
  assert.is(
    tell({
      outcome: 'failed',
      reason: 'it ended with exit status 1 after 0.40 seconds, which is in failure-codes',
    }),
    'failed at 15:31 (1 min ago): exit status 1 after 0.4 s, which is in failure-codes',
  );
  assert.is(
    tell({ outcome: 'failed', reason: 'it was not ready after 1 s (start-timeout): port 80: refused' }),
    'failed to start at 15:31 (1 min ago): it was not ready after 1 s (start-timeout): port 80: refused',
  );
  assert.is(
    tell({ outcome: 'failed', reason: 'no such file' }),
    'failed to start at 15:31 (1 min ago): no such file',
  );
  assert.is(
    tell({ outcome: 'ended', by: 'signal-by-zd' }, { ...exit, code: 0 }),
    'ended at 15:31 (1 min ago), exit status 0 after 0.4 s, because of zd kill (ann)',
  );
  assert.is(
    tell({ outcome: 'killed', by: 'nobody' }, { ...exit, code: null, signal: 9 }),
    'killed by SIGKILL, which zd did not send at 15:31 (1 min ago)',
  );
  assert.is(
    tell({ outcome: 'killed', at: null, reason: 'the system was restarted' }),
    'killed with its manager: the system was restarted',
  );
});

test('an exit says whether zd sent the signal', () => {
  const byTerm: ExitRecord = { ...exit, code: null, signal: 15 };
  assert.is(describeExit(byTerm), 'SIGTERM, which zd did not send');
  assert.is(describeExit({ ...byTerm, by: 'restart', user: 'root' }), 'SIGTERM by zd restart (root)');
  assert.is(describeExit({ ...byTerm, by: 'signal-by-zd', user: null }), 'SIGTERM by zd kill');
  const { by: _, user: __, ...old } = byTerm;
  assert.is(describeExit(old), 'SIGTERM');
  assert.is(describeExit(exit), 'exit status 1');
});

test('what is between up and down is said where the sentence misleads, and nowhere else', () => {
  const { now } = sampleReport;
  assert.is(during({}), null);
  assert.is(during({ state: 'idle', pid: null }), null);
  assert.is(during({ state: 'starting', testing: true, uptime: 6 }), 'starting for 6 s: it is not ready yet');
  assert.is(
    during({ state: 'starting', uptime: 0.1 }),
    'starting for 0.1 s: start-seconds have not passed yet',
  );
  assert.is(
    during({ state: 'starting', pid: null, uptime: null }),
    'starting: wait-for has given no answer yet',
  );
  assert.match(
    during({ state: 'stopping', killAt: now + 9 }) ?? '',
    /^stopping: SIGTERM was sent to pid 13057, SIGKILL follows (on \S+ )?at [0-9:]{8} \(stop-timeout\)$/,
  );
  assert.is(during({ state: 'stopping', stopStep: 'SIGINT' }), 'stopping: SIGINT was sent to pid 13057');
  assert.is(
    during({ state: 'restarting', stopStep: 'stop-program' }),
    'restarting: stop-program is to stop pid 13057',
  );
  assert.is(
    during({ state: 'restarting', pid: null }),
    'restarting: what the program left behind is being ended',
  );
  const crash: Partial<StatusReport> = {
    state: 'backoff',
    pid: null,
    lastExit: exit,
    backoff: 7,
    givesUpAfter: 3,
    nextAttempt: now + 6,
  };
  assert.is(
    during(crash),
    'crashing: 7 times in a row, exit status 1 after 0.4 s; next try in 6 s, gives up after 3 more',
  );
  assert.is(
    during({ ...crash, backoff: 1, givesUpAfter: null }),
    'crashing: once, exit status 1 after 0.4 s; next try in 6 s',
  );
  // The last start has led to no process, so the last end says nothing of it.
  assert.is(
    during({
      ...crash,
      backoff: 1,
      givesUpAfter: null,
      reason: 'wait-for did not hold within 5 s: port 80: refused',
    }),
    'crashing: once, wait-for did not hold within 5 s: port 80: refused; next try in 6 s',
  );
  const late: ExitRecord = {
    ...exit,
    code: null,
    signal: 15,
    by: 'start-timeout',
    reason: 'port 80: refused',
  };
  assert.match(
    during({ ...crash, lastExit: late }) ?? '',
    'terminated by SIGTERM after 0.4 s by start-timeout (port 80: refused)',
  );
  assert.is(
    during({
      ...crash,
      outcome: 'gave-up',
      inARow: 2,
      reason: 'it ended with exit status 1 after 0.40 seconds',
    }),
    'gave up after 2 crashes in a row, exit status 1 after 0.4 s; begins anew in 6 s',
  );
});

test('colours and symbols follow the environment', () => {
  const stream = { columns: 40 };
  const look = (env: NodeJS.ProcessEnv) => chooseLook(stream, env);
  assert.equal(look({ TERM: 'xterm', LANG: 'de_DE.UTF-8' }), {
    hasColours: true,
    hasSymbols: true,
    columns: 40,
  });
  assert.is(look({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }).hasSymbols, false);
  for (const env of [
    { NO_COLOR: '1' },
    { TERM: 'dumb' },
    { FORCE_COLOR: '0' },
    { NO_COLOR: '1', FORCE_COLOR: '1' },
  ])
    assert.is(look(env).hasColours, false);
  assert.is(look({ TERM: 'dumb', FORCE_COLOR: '1' }).hasColours, true);
  assert.is(chooseLook({}, {}).columns, 80);
  assert.is(paint('a\x1b[2J', 'red', look({ NO_COLOR: '1' })), 'a^[[2J');
  assert.is(paint('a', 'red', look({})), '\x1b[31ma\x1b[0m');
  assert.is(fit('x'.repeat(40), 2, look({ LANG: 'C.UTF-8' })), `${'x'.repeat(37)}…`);
  assert.is(fit('x'.repeat(40), 2, look({})), `${'x'.repeat(35)}...`);
  assert.is(fit('short', 2, look({})), 'short');
});

test.run();
