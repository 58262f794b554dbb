import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, type Place, pidIn, statusOf } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { isAlive, killWithKeeper, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* The plan of signals, stop-program, and who gets them. */

const test = suite('stop plans');
test.after.each(clearPlaces);

/** Notes each signal, and exits on the one that its argument names. */
const LISTENER = `use strict; use POSIX (); my ($last) = (@ARGV, '');
sub note { open my $f, '>>', 'got' or die; syswrite $f, "@_\n" }
for my $name (qw(TERM INT QUIT HUP USR1 CONT)) {
  $SIG{$name} = sub { note($name); exit 0 if $name eq $last };
}
POSIX::sigaction(37, POSIX::SigAction->new(sub { note('RTMIN+3'); exit 0 if $last eq 'RT' }));
if (($ARGV[1] // '') eq 'child' and !fork) {
  $SIG{$_} = sub { open my $f, '>>', 'child-got'; syswrite $f, "$_[0]\n"; exit 0 } for qw(TERM INT);
  $SIG{HUP} = 'IGNORE';
  open my $f, '>', 'child.new'; print $f $$; close $f; rename 'child.new', 'child';
  sleep 1 while 1;
}
open my $f, '>', 'up.new'; close $f; rename 'up.new', 'up';
sleep 1 while 1;
`;

async function start(place: Place, how: string, settings: Record<string, string>): Promise<number> {
  place.write('listen.pl', LISTENER);
  place.configure({
    program: `perl listen.pl ${how}`,
    directory: place.folder,
    transcript: 'log',
    'start-seconds': '0',
    ...settings,
  });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('up'));
  return pid;
}

const signals = (place: Place) =>
  place
    .read('got')
    .split('\n')
    .filter(name => name !== '' && name !== 'CONT');

test('the program gets each signal of the plan in turn, and KILL at its end', async () => {
  const place = makePlace();
  const pid = await start(place, '', { 'stop-signals': 'TERM 200ms, RTMIN+3 200ms, INT 100ms, KILL' });
  const { status, stderr } = await place.zd('-C app.conf stop');
  assert.is(status, 0);
  assert.match(stderr, `SIGKILL was needed: ${pid} (perl) did not exit in time after`);
  assert.equal(signals(place), ['TERM', 'RTMIN+3', 'INT']);
  assert.not(isAlive(pid));
});

test.skipIf(
  keeperMissing,
  'status names the step of the plan and the time of its end, and what ended a run outlives the manager',
  async () => {
    const place = makePlace();
    const settings = { 'stop-signals': 'TERM 100ms, INT 1h, KILL', 'run-every': '1h', 'run-timeout': '0.1' };
    await start(place, '', settings);
    const found = await until(30, 'the second step', async () => {
      const report = await place.report();
      return report.stopStep === 'SIGINT' ? report : null;
    });
    assert.ok((found.killAt as number) > found.now + 3000);
    assert.match((await place.zd('-C app.conf status')).stdout, /\nrestarting: SIGINT was sent to pid /);
    process.kill(found.managerPid, 'SIGKILL');
    await until(30, 'the next manager', async () => (await place.report()).managerPid !== found.managerPid);
    process.kill(found.pid as number, 'SIGKILL');
    const { lastExit } = await until(30, 'the end', async () => {
      const report = await place.report();
      return report.lastExit ? report : null;
    });
    assert.is(lastExit?.by, 'run-timeout');
    await place.zd('-C app.conf stop');
  },
);

test('a program that exits on a step gets no further signal', async () => {
  const place = makePlace();
  await start(place, 'QUIT', { 'stop-signals': 'HUP 100ms, QUIT' });
  const { status, stdout, stderr } = await place.zd('-C app.conf stop');
  assert.equal([status, stdout, stderr], [0, 'daemon process stopped\n', '']);
  assert.equal(signals(place), ['HUP', 'QUIT']);
});

test('the step without a time has what the others leave of stop-timeout', async () => {
  const place = makePlace();
  const pid = await start(place, '', { 'stop-signals': 'HUP 100ms, USR1', 'stop-timeout': '0.4' });
  const begun = performance.now();
  await place.zd('-C app.conf stop');
  assert.ok(performance.now() - begun >= 400);
  assert.equal([signals(place), isAlive(pid)], [['HUP', 'USR1'], false]);
});

test('stop --now goes to the end of the plan, also of a stop that is under way', async () => {
  const place = makePlace();
  const pid = await start(place, '', { 'stop-signals': 'TERM 1h, KILL' });
  const begun = await place.zd('-C app.conf stop --no-wait');
  assert.equal([begun.status, begun.stdout], [0, `daemon process stopping, pid=${pid}\n`]);
  await waitForFile(place.path('got'), text => text.includes('TERM'));
  assert.ok(isAlive(pid));
  const now = await place.zd('-C app.conf --json stop --now');
  assert.is(now.status, 0);
  assert.is(JSON.parse(now.stdout).changed, true);
  assert.not(isAlive(pid));

  const again = await start(place, '', { 'stop-signals': 'TERM 1h, INT 1h' });
  // What was asked for is no surprise.
  const asked = await place.zd('-C app.conf stop --now');
  assert.equal([asked.status, asked.stderr], [0, '']);
  assert.not(isAlive(again));
});

test('with stop-timeout 0 the last signal waits without a limit, and --now sends it', async () => {
  const place = makePlace();
  const pid = await start(place, 'QUIT', { 'stop-signals': 'TERM 1h, QUIT', 'stop-timeout': '0' });
  assert.is((await place.zd('-C app.conf stop --now')).status, 0);
  assert.equal([signals(place), isAlive(pid)], [['QUIT'], false]);
});

test('stop-program runs first, with ZD_PID, and its output is in the transcript', async () => {
  const place = makePlace();
  place.write('halt.sh', '#!/bin/sh\necho "halting $ZD_PID $1"\nkill -USR1 $ZD_PID\n', 0o755);
  const pid = await start(place, 'USR1', { 'stop-program': './halt.sh now' });
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.equal(signals(place), ['USR1']);
  assert.match(place.read('log'), `halting ${pid} now`);
});

test('when stop-program fails, the signals follow at once', async () => {
  const place = makePlace();
  await start(place, 'TERM', { 'stop-program': 'sh -c "exit 3"' });
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.equal(signals(place), ['TERM']);
});

test('one that hangs is ended with its group at stop-timeout, and the signals follow', async () => {
  const place = makePlace();
  place.write('halt.sh', '#!/bin/sh\nsleep 1000 & echo $! $$ >halt\nwait\n', 0o755);
  await start(place, 'TERM', { 'stop-program': './halt.sh', 'stop-timeout': '0.3' });
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.equal(signals(place), ['TERM']);
  assert.equal(place.read('halt').trim().split(' ').map(Number).filter(isAlive), []);
});

test('with the scope group, the whole process group gets the signals', async () => {
  const place = makePlace();
  await start(place, 'TERM child', { 'stop-scope': 'group' });
  await waitForFile(place.path('child'));
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.is(place.read('child-got'), 'TERM\n');

  const other = makePlace();
  await start(other, 'INT child', { 'stop-signals': 'INT 5s', 'stop-scope': 'program' });
  await waitForFile(other.path('child'));
  assert.is((await other.zd('-C app.conf stop')).status, 0);
  // What the program leaves behind is ended by TERM.
  assert.is(other.read('child-got'), 'TERM\n');
});

test.skipIf(keeperMissing, 'only-group spares what has a group of its own', async () => {
  const place = makePlace();
  place.configure({
    program: fixture('tree.pl'),
    directory: place.folder,
    'start-seconds': '0',
    'stop-timeout': '0.3',
    'stop-scope': 'only-group',
  });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  const tree = readTree(await waitForFile(place.path('tree')));
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  const left = Object.entries(tree).filter(([, pid]) => isAlive(pid));
  assert.equal(left.map(([name]) => name).sort(), ['daemon', 'grandchild']);
  for (const [, pid] of left) process.kill(pid, 'SIGKILL');
});

test('a paused program acts on any signal of the plan', async () => {
  const place = makePlace();
  const pid = await start(place, 'INT', { 'stop-signals': 'INT 1m, KILL' });
  assert.is((await place.zd('-C app.conf pause')).stdout, `daemon process paused, pid=${pid}\n`);
  await until(30, 'the suspension', () => statusOf(pid, 'State').startsWith('T'));
  assert.is((await place.zd('-C app.conf stop')).stderr, '');
  assert.equal(signals(place), ['INT']);
});

test.skipIf(keeperMissing, 'a manager that follows goes on with the step of the plan', async () => {
  const place = makePlace();
  const pid = await start(place, 'QUIT', { 'stop-signals': 'TERM 1h, INT 1h, QUIT 1h, KILL' });
  const { managerPid } = await place.report();
  await place.zd('-C app.conf stop --no-wait');
  await waitForFile(place.path('got'), text => text.includes('TERM'));
  process.kill(managerPid, 'SIGKILL');
  const report = await until(30, 'the next manager', async () => {
    const seen = await place.report();
    return seen.managerPid !== managerPid && seen;
  });
  assert.equal([report.state, report.pid], ['stopping', pid]);
  // The end of the plan, which the second manager knows as well.
  assert.is((await place.zd('-C app.conf stop --now')).status, 0);
  assert.equal([signals(place), isAlive(pid)], [['TERM'], false]);
});

test.skipIf(keeperMissing, 'and runs stop-program anew, after the end of the one before', async () => {
  const place = makePlace();
  place.write('halt.sh', '#!/bin/sh\necho $$ >>halts\nexec sleep 1000\n', 0o755);
  const pid = await start(place, 'TERM', { 'stop-program': './halt.sh', 'stop-timeout': '1m' });
  await place.zd('-C app.conf stop --no-wait');
  const first = Number(await waitForFile(place.path('halts')));
  process.kill((await place.report()).managerPid, 'SIGKILL');
  const halts = await waitForFile(place.path('halts'), text => text.split('\n').length > 2);
  await waitForEnd(first);
  assert.is((await place.zd('-C app.conf stop --now')).status, 0);
  assert.equal([pid, ...halts.trim().split('\n').map(Number)].filter(isAlive), []);
});

test('without a keeper, an adopted program is stopped by the plan as well', async () => {
  const place = makePlace();
  const pid = await start(place, 'INT child', { 'stop-signals': 'HUP 100ms, INT', 'stop-scope': 'group' });
  const child = Number(await waitForFile(place.path('child')));
  await killWithKeeper((await place.report()).managerPid);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.equal([pid, child].filter(isAlive), []);
  assert.equal(signals(place), ['HUP', 'INT']);
});

/** The pids by name. */
function readTree(text: string): Record<string, number> {
  return Object.fromEntries(
    [...text.matchAll(/^(\d+) (\w+)$/gm)].map(([, pid, name]) => [name, Number(pid)]),
  );
}

test.run();
