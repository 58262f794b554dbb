import * as assert from 'uvu/assert';
import { clearPlaces, fixture, flavours, longPauses, makePlace, pidIn } from '../../helpers/cli';
import { isAlive } from '../../helpers/processes';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('restart');
test.after.each(clearPlaces);

for (const flavour of flavours) {
  test(`${flavour}: another process of the program runs after restart, under the same manager`, async () => {
    const place = makePlace();
    const before = pidIn(await place.run(flavour, ['-p', 'sleep 1000', 'start']));
    const { managerPid } = await place.report();
    const restarted = await place.run(flavour, ['-p', 'sleep 1000', 'restart']);
    const pid = pidIn(restarted);
    assert.equal(restarted, { status: 0, stdout: `daemon process restarted, pid=${pid}\n`, stderr: '' });
    assert.is.not(pid, before);
    assert.not.ok(isAlive(before));
    const report = await place.report();
    assert.equal([report.pid, report.managerPid, report.restarts], [pid, managerPid, 1]);
  });

  test(`${flavour}: restart of what is down starts it, with its words`, async () => {
    const place = makePlace();
    const words = ['restart', 'a b', 'c'];
    const started = await place.run(flavour, ['-p', fixture('printargs.sh'), '-t', 'log', ...words]);
    const stdout = `daemon process started, pid=${pidIn(started)}\n`;
    assert.equal(started, { status: 0, stdout, stderr: '' });
    await waitForFile(place.path('log'), text => text === '[a b]\n[c]\n[.]\n');
  });
}

test('restart of what is down and fails is a failure to zd and none to zdaemon', async () => {
  const place = makePlace();
  place.configure({ program: `${fixture('crash.sh')} 3`, 'backoff-limit': '1', 'start-seconds': '10' });
  const honest = await place.zd('-C app.conf restart');
  assert.equal([honest.status, honest.stdout], [1, '']);
  const careless = await place.zdaemon('-C app.conf restart');
  assert.equal([careless.status, careless.stdout], [0, 'daemon manager not running\n']);
  assert.match(careless.stderr, 'it ended with exit status 3');
});

test('restart waits for the end of a program that takes its time, then for the start test', async () => {
  const place = makePlace();
  const script =
    'trap "sleep 0.3; echo ended >>log; exit 0" TERM; echo up >>log; while :; do sleep 0.02; done';
  place.write('slow.sh', script);
  place.configure({ program: 'sh slow.sh', 'start-test-program': 'sh -c "echo tested >>log"' });
  await place.zd('-C app.conf start');
  await waitForFile(place.path('log'), text => text.includes('up'));
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  assert.match(place.read('log'), /ended\n(up\ntested|tested\nup)\n$/);
});

test('an exit code that means "do not restart" does not hinder a restart', async () => {
  const place = makePlace();
  place.write('exit.sh', 'trap "exit 0" TERM; echo up >>log; while :; do sleep 0.02; done');
  place.configure({ program: 'sh exit.sh', 'exit-codes': '0' });
  await place.zd('-C app.conf start');
  await waitForFile(place.path('log'));
  assert.is((await place.zdaemon('-C app.conf restart')).status, 0);
  await waitForFile(place.path('log'), text => text === 'up\nup\n');
});

test('restart during backoff starts at once and forgets the failures', async () => {
  const place = makePlace({ env: longPauses });
  place.configure({ program: `${fixture('flaky.sh')} 1 starts`, forever: 'on', 'start-seconds': '0.8' });
  await place.zd('-C app.conf start');
  assert.is((await place.report()).backoff, 1);
  const restarted = await place.zdaemon('-C app.conf restart');
  assert.is(restarted.stdout, `daemon process started, pid=${pidIn(restarted)}\n`);
  assert.is((await place.report()).backoff, 0);
});

test('a stubborn program is killed after stop-timeout, then started again', async () => {
  const place = makePlace();
  place.configure({ program: fixture('stubborn.sh'), 'stop-timeout': '1', transcript: 'log' });
  const before = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('log'), text => text === 'ready\n');
  const restarted = await place.zd('-C app.conf restart');
  assert.is(restarted.stdout, `daemon process restarted, pid=${pidIn(restarted)}\n`);
  assert.not.ok(isAlive(before));
});

test('the time for a start counts from the end of the former program', async () => {
  const place = makePlace();
  place.write('app.sh', 'trap "" TERM; echo up; while :; do sleep 0.05; done\n');
  const settings = { program: 'sh app.sh', transcript: 'log', 'stop-timeout': '3', 'start-seconds': '0' };
  place.configure(settings);
  const pid = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('log'), text => text === 'up\n');
  place.configure({ ...settings, 'start-timeout': '1.5' });
  const { status, stdout, stderr } = await place.zd('-C app.conf restart');
  assert.is(status, 0, stderr);
  assert.match(stdout, /^daemon process restarted, pid=\d+\n$/);
  assert.match(stderr, `SIGKILL was needed: ${pid} (sh)`);
});

test.run();
