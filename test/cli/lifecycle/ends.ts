import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* What follows an end that nobody asked for. */

const test = suite('ends');
test.after.each(clearPlaces);

/** A program that ends as the file `how` says: "code N" or "signal N". */
async function start(
  place: Place,
  settings: Record<string, string> = {},
  command = 'start',
): Promise<number> {
  place.configure({
    program: `${fixture('end-as-told.pl')} how`,
    directory: place.folder,
    'start-seconds': '0',
    'backoff-first': '10ms',
    ...settings,
  });
  return pidIn(await place.zd(`-C app.conf ${command}`));
}

const next = (place: Place, pid: number) =>
  until(30, 'the next run', async () => {
    const seen = await place.report();
    return seen.state === 'running' && seen.pid !== pid && seen.pid;
  });

async function awaitDown(place: Place, managerPid: number): Promise<string> {
  await waitForEnd(managerPid);
  const { status, stdout } = await place.zd('-C app.conf status');
  assert.is(status, 3);
  return stdout;
}

test('exit-codes can name a signal; another one is followed by a start', async () => {
  const place = makePlace();
  const pid = await start(place, { 'exit-codes': '0, USR1, RTMIN+3' });
  const { managerPid } = await place.report();
  place.write('how', 'signal 9');
  const second = await next(place, pid);
  assert.ok(second);
  place.write('how', 'signal 37');
  assert.match(await awaitDown(place, managerPid), /killed by SIGRTMIN\+3/);
});

test('an end in failure-codes is a failure at once, whatever else is configured', async () => {
  const place = makePlace();
  await start(place, { 'failure-codes': '78, ABRT', forever: 'on', 'hang-around': 'off' });
  const { managerPid } = await place.report();
  place.write('how', 'code 78');
  assert.match(await awaitDown(place, managerPid), /failed.*exit status 78/s);
  const report = JSON.parse((await place.zd('-C app.conf status --json')).stdout);
  assert.is(report.outcome, 'failed');
});

test('once runs the program once; start takes that back, and once lets a program go on', async () => {
  const place = makePlace();
  const pid = await start(place, {}, 'once');
  const { managerPid } = await place.report();
  assert.is((await place.zd('-C app.conf start')).status, 0);
  place.write('how', 'code 3');
  const second = await next(place, pid);
  assert.match((await place.zd('-C app.conf once')).stdout, `already running; pid=${second}`);
  place.write('how', 'code 3');
  assert.match(await awaitDown(place, managerPid), /exit status 3/);
});

test.skipIf(keeperMissing, 'and so does the setting, also under the next manager', async () => {
  const place = makePlace();
  await start(place, { once: 'on' });
  const { managerPid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  const report = await until(30, 'the next manager', async () => {
    const seen = await place.report();
    return seen.managerPid !== managerPid && seen;
  });
  place.write('how', 'signal 9');
  assert.match(await awaitDown(place, report.managerPid), /killed by SIGKILL/);
});

test('pauses grow by the factor, and attempts counts the first start as well', async () => {
  const place = makePlace();
  place.configure(
    {
      program: 'sh -c "echo start >>starts; exit 3"',
      directory: place.folder,
      'backoff-first': '20ms',
      'backoff-factor': '3',
      'backoff-limit': '100ms',
      'backoff-reset': '10',
      attempts: '5',
    },
    '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n',
  );
  await place.zd('-C app.conf start');
  await waitForFile(place.path('events'), text => text.includes('giving up'));
  await until(30, 'the end', async () => (await place.zd('-C app.conf status')).status === 3);
  assert.is(place.read('starts'), 'start\n'.repeat(5));
  const pauses = [...place.read('events').matchAll(/sleep (\S+) to avoid/g)].map(([, seconds]) => seconds);
  assert.equal(pauses, ['0.02', '0.06', '0.1', '0.1']);
  assert.match(place.read('events'), 'giving up after 5 early ends in a row');
  assert.match((await place.zd('-C app.conf status')).stdout, /gave up.* after 5 crashes in a row/);
});

test('after attempts-pause it begins anew', async () => {
  const place = makePlace();
  place.configure({
    program: 'sh -c "echo start >>starts; exit 3"',
    directory: place.folder,
    'backoff-first': '10ms',
    attempts: '2',
    'attempts-pause': '100ms',
  });
  await place.zd('-C app.conf start');
  await waitForFile(place.path('starts'), text => text.split('\n').length > 5);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
});

test.skipIf(
  keeperMissing,
  'a program that puts itself into the background is told so, in start, status and history',
  async () => {
    const place = makePlace();
    place.write('fork.pl', `exit 0 if fork; open F, '>', 'daemon'; print F "$$\n"; close F; sleep 1000`);
    place.configure({
      program: 'perl fork.pl',
      directory: place.folder,
      'start-seconds': '1',
      'stop-timeout': '1',
    });
    const { status, stderr } = await place.zd('-C app.conf start');
    assert.is(status, 1);
    const text = 'it went into the background; use its option to stay in the foreground';
    assert.match(stderr, `and left processes behind, which were ended: ${text}`);
    assert.match((await place.zd('-C app.conf status')).stdout, text);
    assert.match((await place.zd('-C app.conf history')).stdout, text);
    const daemon = Number(await waitForFile(place.path('daemon')).catch(() => '0'));
    assert.not(daemon > 1 && isAlive(daemon));
  },
);

test('reload sends HUP, another signal, or runs a command with ZD_PID', async () => {
  const place = makePlace();
  place.write(
    'work.pl',
    `for my $s (qw(HUP USR1)) { $SIG{$s} = sub { open F, '>>', 'got'; print F "$s\n"; close F } }
open F, '>', 'up'; close F; sleep 1 while 1`,
  );
  const settings = {
    program: 'perl work.pl',
    directory: place.folder,
    transcript: 'log',
    'start-seconds': '0',
  };
  place.configure(settings);
  assert.is((await place.zd('-C app.conf reload')).status, 3);
  const pid = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('up'));
  const done = await place.zd('-C app.conf reload');
  assert.equal([done.status, done.stdout], [0, `daemon process reloaded, pid=${pid}; SIGHUP sent\n`]);
  await waitForFile(place.path('got'), text => text === 'HUP\n');
  await place.zd('-C app.conf stop');

  place.configure({ ...settings, 'reload-program': 'sh -c "echo again $$ZD_PID; exit $$(cat code)"' });
  place.write('code', '0');
  const other = pidIn(await place.zd('-C app.conf start'));
  assert.is(
    (await place.zd('-C app.conf reload')).stdout,
    `daemon process reloaded, pid=${other}; reload-program succeeded\n`,
  );
  await waitForFile(place.path('log'), text => text.includes(`again ${other}`));
  place.write('code', '4');
  const failed = await place.zd('-C app.conf reload');
  assert.equal(
    [failed.status, failed.stderr],
    [1, 'zd: cannot reload app: reload-program failed: exit status 4\n'],
  );
});

test.run();
