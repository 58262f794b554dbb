import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, pidIn } from '../../helpers/cli';
import { isAlive } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('alive');
test.after.each(clearPlaces);

const LOG = '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n';

test('after so many failed checks the program is restarted, with the reason', async () => {
  const place = makePlace();
  place.write('healthy', '');
  place.configure(
    {
      program: 'sleep 1000',
      alive: 'command test -e healthy',
      'alive-every': '0.2',
      'alive-failures': '2',
      'backoff-limit': '2',
    },
    LOG,
  );
  const pid = pidIn(await place.zd('-C app.conf start'));
  await place.exec(['rm', 'healthy']);
  const report = await until(30, 'the restart', async () => {
    const found = await place.report();
    return found.pid !== null && found.pid !== pid && found.state === 'running' ? found : null;
  });
  place.write('healthy', '');
  assert.not.ok(isAlive(pid));
  assert.is(report.lastExit?.by, 'alive');
  const events = place.read('events');
  assert.match(events, /alive: command test -e healthy: exit status 1 \(1 of 2\)/);
  assert.match(events, /alive: command test -e healthy: exit status 1 \(2 of 2\)/);
  assert.match(events, /alive: command test -e healthy: exit status 1; restarting/);
});

test('a success resets the count', async () => {
  const place = makePlace();
  // Fails two times of three.
  place.write('check.sh', 'echo x >>tries; [ $(($(wc -l <tries) % 3)) = 0 ]');
  place.configure({
    program: 'sleep 1000',
    alive: 'command sh check.sh',
    'alive-every': '0.1',
    'alive-failures': '3',
  });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await until(60, 'twelve looks', () => place.read('tries').length >= 24);
  assert.is((await place.report()).pid, pid);
});

test('a look of a manager that was killed does not outlive a stop', async () => {
  const place = makePlace();
  place.write('check.sh', 'echo $$ >>pids; exec sleep 1000');
  place.configure({ program: 'sleep 1000', alive: 'command sh check.sh', 'alive-every': '0.1' });
  await place.zd('-C app.conf start');
  const [pid = 0] = await pidsOf(place, 'pids');
  const { managerPid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  await until(30, 'another manager', async () => (await place.report()).managerPid !== managerPid);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  for (const one of await pidsOf(place, 'pids')) assert.not.ok(isAlive(one));
  assert.not.ok(isAlive(pid));
});

test('a look that hangs is ended after alive-timeout, with its group', async () => {
  const place = makePlace();
  place.write('check.sh', 'echo $$ >>pids; sleep 1000');
  place.configure(
    {
      program: 'sleep 1000',
      alive: 'command sh check.sh',
      'alive-every': '0.1',
      'alive-timeout': '0.3',
      'alive-failures': '2',
    },
    LOG,
  );
  const pid = pidIn(await place.zd('-C app.conf start'));
  await until(30, 'the restart', async () => {
    const found = await place.report();
    return found.pid !== null && found.pid !== pid;
  });
  assert.match(place.read('events'), 'no answer within 0.3 s (1 of 2)');
  const [first] = place.read('pids').split('\n').map(Number);
  assert.not.ok(isAlive(first as number));
});

test('notify: WATCHDOG=1 keeps it, silence restarts it', async () => {
  const place = makePlace();
  place.configure(
    {
      program: `perl ${fixture('notify.pl')} READY=1 STATUS=fine WATCHDOG=1`,
      ready: 'notify',
      alive: 'notify',
      'alive-every': '0.4',
      'alive-failures': '2',
      'backoff-limit': '2',
    },
    LOG,
  );
  const pid = pidIn(await place.zd('-C app.conf start'));
  await until(30, 'the restart', async () => {
    const found = await place.report();
    return found.pid !== null && found.pid !== pid;
  });
  assert.match(place.read('events'), 'alive: notify: no WATCHDOG=1 in time (2 of 2)');
  await place.zd('stop');
  place.configure({
    program: `perl ${fixture('notify.pl')} READY=1 'STATUS=all is well' 'beat 0.1'`,
    ready: 'notify',
    alive: 'notify',
    'alive-every': '0.5',
  });
  const steady = pidIn(await place.zd('-C app.conf start'));
  await until(30, 'some looks', async () => {
    const found = await place.report();
    return found.pid === steady && (found.uptime ?? 0) > 2.5;
  });
  assert.is((await place.report()).programStatus, 'all is well');
});

test('what happens once is refused', async () => {
  const place = makePlace();
  place.write('app.ini', '[runner]\nprogram = sleep 1\nalive = fd 3\n');
  assert.match(
    (await place.zd('-C app.ini start')).stderr,
    'zd: app.ini:3:9: alive cannot be fd: it happens once, and says nothing later; use port, socket, http, file, notify or command',
  );
});

test.run();

/** The pids that a script has written, once there is one. */
async function pidsOf(place: ReturnType<typeof makePlace>, name: string): Promise<number[]> {
  const text = await waitForFile(place.path(name), found => found.includes('\n'));
  return text.trim().split('\n').map(Number);
}
