import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, longPauses, makePlace, pidIn } from '../../helpers/cli';
import { waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('backoff');
test.after.each(clearPlaces);

const events = '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n';

test('zdaemon waits through the attempts: a limit of 3 is 3 starts, 1 and 2 seconds apart', async () => {
  const place = makePlace();
  const runner = { program: `${fixture('flaky.sh')} 9 starts`, 'backoff-limit': '3', 'start-seconds': '10' };
  place.configure(runner, events);
  const before = performance.now();
  const started = await place.zdaemon('-C app.conf start');
  const seconds = (performance.now() - before) / 1000;
  assert.equal([started.status, started.stdout], [1, 'daemon manager not running\n']);
  assert.match(started.stderr, /^Error: cannot start flaky.sh: it ended with exit status 3 after /);
  assert.is(place.read('starts'), 'start\n'.repeat(3));
  assert.ok(seconds > 3, `${seconds} s`);
  const log = place.read('events');
  assert.match(log, /sleep 1 to avoid rapid restarts[\s\S]*sleep 2 to avoid rapid restarts/);
  assert.match(log, 'restarting too frequently; quit\n');
  assert.is((await place.zdaemon('status')).status, 3);
});

test('zdaemon waits through the attempts until one succeeds', async () => {
  const place = makePlace();
  place.configure({ program: `${fixture('flaky.sh')} 1 starts`, 'start-seconds': '1.5' });
  const started = await place.zdaemon('-C app.conf start');
  assert.equal(started, {
    status: 0,
    stdout: `daemon process started, pid=${pidIn(started)}\n`,
    stderr: '',
  });
  assert.is(place.read('starts'), 'start\n'.repeat(2));
});

test('a limit of 1 is one start', async () => {
  const place = makePlace();
  place.configure({
    program: `${fixture('flaky.sh')} 9 starts`,
    'backoff-limit': '1',
    'start-seconds': '10',
  });
  assert.is((await place.zdaemon('-C app.conf start')).status, 1);
  assert.is(place.read('starts'), 'start\n');
});

test('zd reports the failed start at the first exit, with the last output; no manager stays', async () => {
  const place = makePlace();
  place.configure({ program: fixture('crash.sh'), 'start-seconds': '10' });
  const started = await place.zd('-C app.conf start');
  assert.equal([started.status, started.stdout], [1, '']);
  assert.match(
    started.stderr,
    /^zd: cannot start app: it ended with exit status 3 after \d+\.\d\d seconds\nIts last lines:\n {2}crashing now\n {2}with status 3\n$/,
  );
  assert.match((await place.zd('status')).stdout, /^daemon manager not running\nfailed to start at /);
});

test('with forever the manager never gives up and stays at the limit', async () => {
  const place = makePlace();
  const runner = { program: `${fixture('flaky.sh')} 99 starts`, 'backoff-limit': '1', forever: 'on' };
  place.configure(runner);
  await place.zd('-C app.conf start');
  await waitForFile(place.path('starts'), text => text === 'start\n'.repeat(3));
  assert.is((await place.report()).backoff, 1);
});

for (const status of [0, 2]) {
  test(`a program that exits with ${status} is not started again`, async () => {
    const place = makePlace();
    place.configure({ program: `${fixture('told.sh')} ${status} flag` }, events);
    const started = await place.zd('-C app.conf start');
    const pid = pidIn(started);
    const { managerPid } = await place.report();
    place.write('flag', '');
    await waitForEnd(managerPid);
    assert.match(place.read('events'), `pid ${pid}: exit status ${status}; exiting now\n`);
    assert.is((await place.zdaemon('status')).status, 3);
  });
}

test('exit-codes win over forever, and replace the default', async () => {
  const place = makePlace();
  place.configure({ program: `${fixture('told.sh')} 5 flag`, 'exit-codes': '5,6', forever: 'on' });
  await place.zd('-C app.conf start');
  const { managerPid } = await place.report();
  place.write('flag', '');
  await waitForEnd(managerPid);
});

test('death by a signal counts as -1: a restart, unless -1 is in the list', async () => {
  const place = makePlace({ env: longPauses });
  place.configure({ program: 'sleep 1000' });
  await place.zd('-C app.conf start');
  await place.zd('kill KILL');
  await until(30, 'the backoff', async () => (await place.report()).state === 'backoff');
  await place.zd('stop');
  await place.zd('-C app.conf -x -1 start');
  const { managerPid } = await place.report();
  await place.zd('kill KILL');
  await waitForEnd(managerPid);
});

test('a run of backoff-limit seconds or more resets the count: the next start follows immediately', async () => {
  const place = makePlace();
  place.configure(
    { program: `${fixture('crash.sh')} 3 1.1`, 'backoff-limit': '1', 'start-seconds': '0' },
    events,
  );
  await place.zd('-C app.conf start');
  await until(30, 'two restarts', async () => (await place.report()).restarts >= 2);
  assert.is((await place.report()).backoff, 0);
  assert.not.match(place.read('events'), 'sleep');
});

test('backoff-limit 0 never gives up and restarts at most once a second', async () => {
  const place = makePlace();
  const program = `${fixture('tell-time.py')} ${place.path('times')}`;
  place.configure({ program, 'backoff-limit': '0', forever: 'on', 'start-seconds': '10' });
  const starting = place.launch([...commandOf('zdaemon'), '-C', 'app.conf', 'start']);
  const text = await waitForFile(place.path('times'), times => times.split('\n').length > 4);
  const [first = 0, , , fourth = 0] = text.split('\n').map(Number);
  // Three seconds, minus the time until the first program read the clock.
  assert.ok(fourth - first > 1.5, text);
  await place.zd('stop');
  assert.is((await starting.done).status, 1);
});

test.run();
