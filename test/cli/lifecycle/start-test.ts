import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace, pidIn } from '../../helpers/cli';
import { isAlive } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('start test');
test.after.each(clearPlaces);

test('start waits until the test exits 0; it is run a second apart', async () => {
  const place = makePlace();
  place.write('test.sh', 'echo try >>tries; [ $(wc -l <tries) -ge 3 ]');
  place.configure({ program: 'sleep 1000', 'start-test-program': 'sh test.sh' });
  const starting = place.launch([...commandOf('zdaemon'), '-C', 'app.conf', 'start']);
  const started = await starting.done;
  assert.is(started.stdout, `daemon process started, pid=${pidIn(started)}\n`);
  assert.match(starting.output(), /^(\. )+\n/);
  assert.is(place.read('tries'), 'try\ntry\ntry\n');
});

test('a test that never passes: start gives up after start-timeout and leaves the program running', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-test-program': 'false' });
  const [zd, status] = [await place.zd('-C app.conf -T 3 start'), await place.zd('status')];
  assert.equal([zd.status, zd.stdout], [1, '']);
  assert.match(
    zd.stderr,
    /^zd: app is not ready after 3 s \(start-timeout\): command false: exit status 1; app \(pid \d+\) was left running\n$/,
  );
  assert.is(status.status, 0);
  assert.ok(isAlive(pidIn(status)));
  const restarted = await place.zdaemon('-C app.conf -T 1 restart');
  assert.equal([restarted.status, restarted.stdout], [1, 'Program took too long to start\n']);
});

test('the test has the environment, folder and transcript of the program', async () => {
  const place = makePlace();
  place.write('test.sh', 'echo "$GREETING from $(pwd)"');
  place.configure(
    {
      program: 'sleep 1000',
      'start-test-program': `sh ${place.path('test.sh')}`,
      directory: place.path('work'),
      transcript: 'log',
    },
    '<environment>\nGREETING hello\n</environment>\n',
  );
  assert.is((await place.zdaemon('-C app.conf start')).status, 0);
  await waitForFile(place.path('work/log'), text => text === `hello from ${place.path('work')}\n`);
});

test('a test that cannot be run is reported in the event log and counts as passed', async () => {
  const place = makePlace();
  place.configure(
    { program: 'sleep 1000', 'start-test-program': './missing' },
    '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n',
  );
  assert.is((await place.zdaemon('-C app.conf start')).status, 0);
  assert.match(place.read('events'), /CRITICAL.* start test raised /);
});

test('zd refuses a test that cannot be run before it starts anything', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-test-program': './missing now' });
  const started = await place.zd('-C app.conf start');
  assert.equal(started, {
    status: 2,
    stdout: '',
    stderr: `zd: cannot use start-test-program './missing now' (app.conf:3): can't stat program './missing'\n`,
  });
  assert.is((await place.exec(['ls', '-A'])).stdout, 'app.conf\n');
});

test('zd leaves a running program alone, whatever its test is now', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  place.configure({ program: 'sleep 1000', 'start-test-program': './missing' });
  const again = await place.zd('-C app.conf start');
  assert.equal([again.status, again.stdout], [0, `daemon process already running; pid=${pid}\n`]);
});

test('it is run again after an automatic restart', async () => {
  const place = makePlace();
  place.write('test.sh', 'echo try >>tries');
  place.configure({ program: 'sleep 1000', 'start-test-program': 'sh test.sh', 'backoff-limit': '2' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  process.kill(pid, 'SIGKILL');
  await waitForFile(place.path('tries'), text => text === 'try\ntry\n');
});

test('a program that exits during its test was not started', async () => {
  const place = makePlace();
  place.configure({ program: `${fixture('crash.sh')} 3 0.5`, 'start-test-program': 'false' });
  const started = await place.zd('-C app.conf start');
  assert.equal([started.status, started.stdout], [1, '']);
  assert.match(started.stderr, 'it ended with exit status 3');
});

test('stop ends the wait of a start, and the test', async () => {
  const place = makePlace();
  place.write('test.sh', 'echo $$ >pid; exec sleep 1000');
  place.configure({ program: 'sleep 1000', 'start-test-program': 'sh test.sh' });
  const starting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  const testPid = Number(await waitForFile(place.path('pid'), text => text.endsWith('\n')));
  assert.is((await place.zd('stop')).status, 0);
  const started = await starting.done;
  assert.equal([started.status, started.stdout], [1, '']);
  assert.match(started.stderr, 'a stop was requested at the same time');
  await until(30, 'the end of the test', () => !isAlive(testPid));
});

test.run();
