import { existsSync, readFileSync, renameSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, fixture, longPauses, makePlace, pidIn } from '../../helpers/cli';
import { isAlive, killWithKeeper, openDescriptors, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('signals to the manager');
test.after.each(clearPlaces);

const events = '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n';

async function startProgram(runner: Record<string, string> = {}) {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', ...runner }, events);
  const pid = pidIn(await place.zd('-C app.conf start'));
  return { place, pid, manager: (await place.report()).managerPid };
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} stops the program and its leftovers, and then the manager exits`, async () => {
    const { place, pid, manager } = await startProgram({ program: fixture('leaver.sh'), transcript: 'log' });
    const child = Number(/\d+/.exec(await waitForFile(place.path('log'), text => text.endsWith('\n')))?.[0]);
    process.kill(manager, signal);
    await waitForEnd(manager);
    assert.equal([isAlive(pid), isAlive(child), existsSync(place.path('zdsock'))], [false, false, false]);
    assert.match(place.read('events'), `daemon manager killed by ${signal}\n`);
    assert.is((await place.zdaemon('status')).status, 3);
  });
}

test('SIGTERM during a backoff does the same', async () => {
  const place = makePlace({ env: longPauses });
  place.configure({ program: fixture('crash.sh'), forever: 'on', 'start-seconds': '10' });
  await place.zd('-C app.conf start');
  const { managerPid, state } = await place.report();
  assert.is(state, 'backoff');
  process.kill(managerPid, 'SIGTERM');
  await waitForEnd(managerPid);
});

test('SIGHUP reopens transcript and event log', async () => {
  const { place, pid, manager } = await startProgram({ transcript: 'log' });
  renameSync(place.path('log'), place.path('log.1'));
  renameSync(place.path('events'), place.path('events.1'));
  process.kill(manager, 'SIGHUP');
  await waitForFile(place.path('log'));
  await waitForFile(place.path('events'));
  assert.ok(isAlive(pid));
});

test('SIGUSR1, SIGUSR2, SIGPIPE and SIGWINCH are harmless, and no debugger port is opened', async () => {
  const { place, pid, manager } = await startProgram();
  for (const signal of ['SIGUSR1', 'SIGUSR2', 'SIGPIPE', 'SIGWINCH'] as const) process.kill(manager, signal);
  assert.is((await place.report()).managerPid, manager);
  for (const signal of ['SIGUSR1', 'SIGUSR2', 'SIGHUP'] as const) process.kill(manager, signal);
  assert.is((await place.report()).pid, pid);
  const inodes = ['tcp', 'tcp6'].flatMap(name =>
    readFileSync(`/proc/net/${name}`, 'utf8')
      .split('\n')
      .slice(1)
      .map(line => `socket:[${line.trim().split(/\s+/)[9]}]`),
  );
  const listening = [...openDescriptors(manager).values()].filter(link => inodes.includes(link));
  assert.equal(listening, []);
});

test('SIGKILL leaves the program running, and the next start adopts it', async () => {
  const { place, pid, manager } = await startProgram();
  await killWithKeeper(manager);
  assert.ok(isAlive(pid));
  const again = await place.zd('-C app.conf start');
  assert.equal([again.status, pidIn(again)], [0, pid]);
  await place.zd('stop');
  await until(30, 'the end of the program', () => !isAlive(pid));
});

test.run();
