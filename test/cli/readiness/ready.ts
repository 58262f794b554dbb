import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace, type Place, pidIn } from '../../helpers/cli';
import { findFreePort } from '../../helpers/free-port';
import { isAlive } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('ready');
test.after.each(clearPlaces);

/** Configures a program that does these steps. */
function configure(place: Place, steps: string[], settings: Record<string, string>, sections = ''): void {
  const words = steps.map(step => `'${step}'`).join(' ');
  place.configure({ program: `python3 ${fixture('probed.py')} ${words}`, ...settings }, sections);
}

/** Whether `start` returned only once the last step was done. */
async function startsAfter(place: Place, steps: string[], ready: string): Promise<void> {
  configure(place, [...steps, `touch ${place.path('done')}`], { ready, transcript: 'log' });
  const started = await place.zd('-C app.conf start');
  assert.equal([started.status, started.stderr], [0, ''], ready);
  const report = await place.report();
  assert.equal([report.state, report.testing, report.waitingFor], ['running', false, null]);
}

test('port: start returns when a connection is accepted', async () => {
  const port = await findFreePort();
  const place = makePlace();
  await startsAfter(place, ['sleep 0.6', `touch ${place.path('up')}`, `listen ${port}`], `port ${port}`);
  assert.is(place.read('up'), '');
});

test('socket, with a path that starts in the folder of the file', async () => {
  const place = makePlace();
  await startsAfter(
    place,
    ['sleep 0.6', `touch ${place.path('up')}`, `socket ${place.path('s')}`],
    'socket s',
  );
  assert.is(place.read('up'), '');
});

test('http: a status beyond 299 does not hold', async () => {
  const port = await findFreePort();
  const place = makePlace();
  place.write('status', '503');
  configure(place, [`http ${port} ${place.path('status')}`], { ready: `http http://127.0.0.1:${port}/` });
  const starting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await until(30, 'the answer', async () =>
    (await place.report()).waitingFor?.endsWith(': status 503') ? true : null,
  );
  place.write('status', '204');
  assert.is((await starting.done).status, 0);
});

test('file: one that is older than the start does not hold', async () => {
  const place = makePlace();
  place.write('ready', '');
  await startsAfter(
    place,
    ['sleep 0.6', `touch ${place.path('up')}`, `touch ${place.path('ready')}`],
    'file ready',
  );
  assert.is(place.read('up'), '');
});

for (const [where, settings] of [
  ['in memory', {}],
  ['in a file', { transcript: 'log' }],
  ['in a file with times', { transcript: 'log', 'transcript-timestamps': 'iso' }],
  ['in two files', { transcript: 'log', 'stderr-transcript': 'errors' }],
] as const)
  test(`output: a line of this run counts, with the output ${where}`, async () => {
    const place = makePlace();
    const steps = [
      'say not yet',
      'sleep 0.6',
      `touch ${place.path('up')}`,
      'say \x1b[32mlistening\x1b[0m on 80',
    ];
    configure(place, steps, { ready: "output '^listening on \\d+$$'", ...settings });
    for (const round of [1, 2]) {
      const started = await place.zd('-C app.conf start');
      assert.equal([started.status, started.stderr], [0, ''], `round ${round}`);
      assert.is(place.read('up'), '');
      await place.zd('stop');
      await place.exec(['rm', 'up']);
    }
  });

test('output: an expression that backtracks without end blocks nothing, and is told', async () => {
  const place = makePlace();
  const bad = `say ${'a'.repeat(60)}!`;
  configure(
    place,
    [...Array(5).fill(bad), 'sleep 0.5', 'say aaaa'],
    { ready: "output '^(a+)+$$'", transcript: 'log' },
    '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n',
  );
  assert.is((await place.zd('-C app.conf start')).status, 0);
  const told = place.read('events').match(/WARNING output .* matching a line took longer than 50 ms/g);
  assert.is(told?.length, 1);
});

test('output: the copier goes on with the copying afterwards', async () => {
  const place = makePlace();
  configure(place, ['say one', 'say ready', 'sleep 0.3', 'say three'], {
    ready: 'output ^ready',
    transcript: 'log',
  });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  await waitForFile(place.path('log'), text => text === 'one\nready\nthree\n');
});

test('fd: a newline to the descriptor', async () => {
  const place = makePlace();
  for (const fd of [3, 7]) {
    await startsAfter(place, ['sleep 0.6', `touch ${place.path('up')}`, `fd ${fd}`], `fd ${fd}`);
    const list = await place.exec(['ls', `/proc/${(await place.report()).pid}/fd`]);
    assert.equal(
      list.stdout.split('\n').filter(name => Number(name) > 2 && Number(name) < 10),
      list.status === 0 ? [String(fd)] : [],
    );
    await place.zd('stop');
    await place.exec(['rm', 'up']);
  }
});

test('command: with the environment, folder and transcript of the program; not held is said with its status', async () => {
  const place = makePlace();
  place.write('check.sh', 'echo "$GREETING from $(pwd)"; test -e up');
  configure(
    place,
    [],
    { ready: 'command sh check.sh', transcript: 'log', 'start-timeout': '1.5' },
    '<environment>\nGREETING hello\n</environment>\n',
  );
  const late = await place.zd('-C app.conf start');
  assert.is(late.status, 1);
  assert.match(
    late.stderr,
    /^zd: app is not ready after 1\.5 s \(start-timeout\): command sh check\.sh: exit status 1; app \(pid \d+\) was left running\nIts last lines:\n( {2}hello from .*\n)+$/,
  );
  place.write('up', '');
  await until(30, 'readiness', async () => (await place.report()).state === 'running');
});

test('several probes: all must hold, and the first that does not is named', async () => {
  const [one, two] = [await findFreePort(), await findFreePort()];
  const place = makePlace();
  configure(place, [`listen ${one}`, 'say up'], {
    ready: `port ${one} and output ^up and port ${two}`,
    'start-timeout': '2',
  });
  const late = await place.zd('-C app.conf start');
  assert.match(late.stderr, `not ready after 2 s (start-timeout): port ${two}: connection refused; app`);
});

test('start-failure = stop: a program that is not ready in time is stopped', async () => {
  const place = makePlace();
  configure(place, ['say hello'], {
    ready: 'file never',
    'start-timeout': '3',
    'start-failure': 'stop',
    transcript: 'log',
  });
  const failed = await place.zd('-C app.conf start');
  assert.is(failed.status, 1);
  assert.match(
    failed.stderr,
    /^zd: cannot start app: it was not ready after 3 s \(start-timeout\): file .*never: it does not exist\nIts last lines:\n {2}hello\n$/,
  );
  assert.is((await place.zd('status')).status, 3);
});

test('start-failure = keep: it is left running, and start --json says so', async () => {
  const place = makePlace();
  configure(place, [], { ready: 'file ready', 'start-timeout': '1' });
  const late = await place.zd('-C app.conf --json start');
  const facts = JSON.parse(late.stdout);
  assert.equal([late.status, facts.outcome, facts.changed], [1, 'timeout', true]);
  assert.ok(isAlive(facts.pid));
  const report = await place.report();
  assert.match(report.waitingFor ?? '', /^file .*ready: it does not exist$/);
  const again = await place.zd('-C app.conf start');
  assert.is(again.status, 1);
  assert.match(again.stderr, 'it does not exist');
  place.write('ready', '');
  await until(30, 'readiness', async () => (await place.report()).state === 'running');
  assert.is(pidIn(await place.zd('-C app.conf start')), facts.pid);
});

test('stop ends the wait for readiness', async () => {
  const place = makePlace();
  configure(place, [], { ready: 'file never' });
  const starting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await until(30, 'the wait', async () => ((await place.report()).waitingFor ? true : null));
  assert.is((await place.zd('stop')).status, 0);
  assert.match((await starting.done).stderr, 'a stop was requested at the same time');
});

test('a command that cannot be run any more is in the event log and in status, and does not hold', async () => {
  const place = makePlace();
  const check = place.write('check.sh', '#!/bin/sh\nrm "$0"; exit 1\n', 0o755);
  configure(
    place,
    [],
    { ready: `command ${check}`, 'start-timeout': '1.5' },
    '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n',
  );
  const late = await place.zd('-C app.conf start');
  assert.match(late.stderr, /command .*check\.sh: cannot be run: can't stat program/);
  assert.match((await place.report()).waitingFor ?? '', 'cannot be run');
  assert.is(place.read('events').match(/CRITICAL.* ready: command .* cannot be run/g)?.length, 1);
});

test.run();
