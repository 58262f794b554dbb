import { chmodSync, statSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, pidIn, statusOf } from '../../helpers/cli';
import { killManager, report } from '../../helpers/numbered-program';
import { isAlive, killWithKeeper, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* What a dead manager leaves behind: a group to end, an unfinished start, a state another user could have written. */

const test = suite('left behind');
const needsRoot = process.getuid?.() !== 0 && 'only root acts for others';
test.after.each(clearPlaces);

/** A program whose child ignores SIGTERM and has its pid in the file `child`. */
const WITH_CHILD = `sh -c '(trap "" TERM; exec sleep 1000) & echo $$! >child; exec sleep 1001'`;

test('a stop ends the group even if its manager is killed while doing so', async () => {
  const { place, child, pid } = await startWithChild();
  const stop = place.launch([...commandOf('zd'), 'stop']);
  await waitForEnd(pid);
  const { managerPid } = await report(place);
  await killWithKeeper(managerPid);
  assert.is((await stop.done).status, 0);
  assert.not(isAlive(child));
});

test('a stop still ends the group of a program that died without a manager', async () => {
  const { place, child, pid } = await startWithChild();
  await killManager(place);
  process.kill(pid, 'SIGKILL');
  await waitForEnd(pid);
  assert.ok(isAlive(child));
  assert.is((await place.zd('stop')).status, 0);
  assert.not(isAlive(child));
});

test('the same after another start', async () => {
  const { place, child, pid } = await startWithChild();
  await killManager(place);
  process.kill(pid, 'SIGKILL');
  await waitForEnd(pid);
  assert.is((await place.zd('-C app.conf start')).status, 0);
  assert.is((await place.zd('stop')).status, 0);
  assert.not(isAlive(child));
});

test('an interrupted start test runs again, and a start waits for it', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-test-program': 'test -e ready', 'start-timeout': '60' });
  const first = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  const pid = await until(30, 'the program', async () => (await place.report()).pid);
  await killManager(place);
  await first.done;
  const second = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await until(30, 'its manager', async () => (await place.report()).state === 'starting');
  place.write('ready', '');
  assert.is(pidIn(await second.done), pid);
  assert.is((await place.report()).state, 'running');
});

test('a restart whose manager is killed is finished by the next manager', async () => {
  const place = makePlace();
  const program = `sh -c 'trap "" TERM; echo up; exec sleep 1000'`;
  place.configure({ program, transcript: 'log', 'stop-timeout': '60' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('log'), text => text === 'up\n');
  const restart = place.launch([...commandOf('zd'), '-C', 'app.conf', 'restart']);
  await until(30, 'the restart', async () => (await place.report()).state === 'restarting');
  await killManager(place);
  process.kill(pid, 'SIGKILL');
  const outcome = await restart.done;
  assert.equal([outcome.status, outcome.stderr], [0, '']);
  assert.is.not(pidIn(outcome), pid);
});

test('a manager with daemon off is not upgraded, and continues', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', daemon: 'off' });
  const start = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  const { pid } = await until(30, 'the program', async () => {
    const told = await place.report();
    return told.state === 'running' && told;
  });
  const { status, stderr } = await place.zd('-C app.conf upgrade');
  assert.is(status, 1);
  assert.match(stderr, 'cannot upgrade: it was started with daemon off');
  assert.is((await place.report()).pid, pid);
  assert.is((await place.zd('stop')).status, 0);
  await start.done;
});

test('a manager with hang-around but without its socket is reported, not mistaken for none', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'hang-around': 'on' });
  await place.zd('-C app.conf start');
  await place.zd('-C app.conf stop');
  await place.exec(['sh', '-c', 'touch x; mv x zdsock']);
  const { status, stderr } = await place.zd('status');
  assert.is(status, 4);
  assert.match(stderr, 'is no longer its socket');
});

test.skipIf(needsRoot, 'root does nothing as root based on the state of another user', async () => {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  place.configure({ program: 'sleep 1000', user: 'nobody', transcript: '/dev/null' });
  await place.exec(['sh', '-c', 'mkdir run; chown nobody run']);
  const socket = '-s run/sock';
  const pid = pidIn(await place.zd(`-C app.conf ${socket} start`));
  const { managerPid } = await place.report('run/sock');
  await killWithKeeper(managerPid);
  const file = 'run/.sock.zd/state.json';
  const { uid } = statSync(place.path(file));
  const state = JSON.parse(place.read(file));
  state.order = { ...state.order, settings: { ...state.order.settings, user: null } };
  writeFileSync(place.path(file), JSON.stringify(state));

  const refused = await place.zd(`${socket} stop`);
  assert.is(refused.status, 1, 'without a user of its own it would have to believe the file');
  assert.match(refused.stderr, `it belongs to uid ${uid}`);
  assert.ok(isAlive(pid));

  assert.is((await place.zd(`-C app.conf ${socket} restart`)).status, 0);
  const now = await place.report('run/sock');
  for (const process of [now.managerPid, now.pid ?? 0])
    assert.is(statusOf(process, 'Uid').split('\t')[0], String(uid));

  await killWithKeeper(now.managerPid);
  const victim = place.launch(['sleep', '1000']);
  const forged = JSON.parse(place.read(file));
  const { stdout } = await place.exec(['cat', `/proc/${victim.child.pid}/stat`]);
  const startTime = stdout.slice(stdout.lastIndexOf(')') + 2).split(' ')[19];
  forged.program = { ...forged.program, pid: victim.child.pid, startTime };
  writeFileSync(place.path(file), JSON.stringify(forged));
  await place.zd(`${socket} kill KILL`);
  assert.ok(isAlive(victim.child.pid as number), 'a process of root is not one of theirs');
});

async function startWithChild(): Promise<{ place: Place; pid: number; child: number }> {
  const place = makePlace();
  place.configure({ program: WITH_CHILD, 'stop-timeout': '2' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  const child = Number(await waitForFile(place.path('child'), text => text.endsWith('\n')));
  await until(30, 'the child', () => statusOf(child, 'Name') === 'sleep');
  return { place, pid, child };
}

test.run();
