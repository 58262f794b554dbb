import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, pidIn } from '../../helpers/cli';
import { killManager, report } from '../../helpers/numbered-program';
import { isAlive, killWithKeeper, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Folders that are moved, copied or removed while a manager or program runs: no program is confused or runs twice. */

const test = suite('moved folders');
const linuxOnly = process.platform !== 'linux' && 'needs /proc';
const EVENTS = '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n';
test.after.each(clearPlaces);

test('a copy of a folder does not have the program of the original', async () => {
  const place = makePlace();
  const original = inside(place, 'app');
  const pid = pidIn(await original('-p', 'sleep 1000', 'start'));
  const { managerPid } = JSON.parse((await original('status', '--json')).stdout);
  const copy = inside(place, 'copy');
  const filter = (name: string) => !/(zdsock|output.*)$/.test(name);
  cpSync(place.path('app'), place.path('copy'), { recursive: true, filter });
  assert.is((await copy('status')).stdout, 'daemon manager not running\n');
  await killWithKeeper(managerPid);
  assert.is((await copy('status')).stdout, 'daemon manager not running\n');
  const second = pidIn(await copy('-p', 'sleep 1000', 'start'));
  assert.is.not(second, pid);
  assert.is((await copy('stop')).status, 0);
  assert.ok(isAlive(pid));
  assert.is(pidIn(await original('-p', 'sleep 1000', 'start')), pid);
});

test.skipIf(
  linuxOnly,
  'a program whose folder was moved is found there, even with a new folder at the old path',
  async () => {
    const place = makePlace();
    const before = inside(place, 'app');
    const pid = pidIn(await before('-p', 'sleep 1000', 'start'));
    const { managerPid } = JSON.parse((await before('status', '--json')).stdout);
    await killWithKeeper(managerPid);
    renameSync(place.path('app'), place.path('old'));
    const [moved, fresh] = [inside(place, 'old'), inside(place, 'app')];
    const other = pidIn(await fresh('-p', 'sleep 1001', 'start'));
    assert.is((await moved('status')).status, 1);
    assert.is((await moved('stop')).stdout, 'daemon process stopped\n');
    assert.not(isAlive(pid));
    assert.ok(isAlive(other));
  },
);

test.skipIf(
  linuxOnly,
  'a manager whose folder path another daemon now uses leaves that daemon alone',
  async () => {
    const place = makePlace();
    const before = inside(place, 'app');
    place.write('app/app.conf', `<runner>\n  program sleep 1000\n</runner>\n${EVENTS}`);
    const pid = pidIn(await before('-C', 'app.conf', 'start'));
    const { managerPid } = JSON.parse((await before('status', '--json')).stdout);
    // It must not run while its folder is moved and another one is created.
    process.kill(managerPid, 'SIGSTOP');
    renameSync(place.path('app'), place.path('old'));
    const fresh = inside(place, 'app');
    const other = pidIn(await fresh('-p', 'sleep 1001', 'start'));
    process.kill(managerPid, 'SIGCONT');
    process.kill(pid, 'SIGKILL');
    await waitForEnd(managerPid);
    await waitForFile(place.path('old/events'), text =>
      text.includes('another manager owns the state folder'),
    );
    assert.is(JSON.parse((await fresh('status', '--json')).stdout).pid, other);
    assert.is((await fresh('stop')).status, 0);
    assert.not(isAlive(other));
  },
);

test.skipIf(
  linuxOnly,
  'a suspended manager whose program another one adopted exits without touching it',
  async () => {
    const place = makePlace();
    place.configure({ program: 'sleep 1000' }, EVENTS);
    const pid = pidIn(await place.zd('-C app.conf start'));
    const { managerPid } = await report(place);
    process.kill(managerPid, 'SIGSTOP');
    rmSync(place.path('.zdsock.zd'), { recursive: true });
    rmSync(place.path('zdsock'));
    assert.is(pidIn(await place.zd('-C app.conf start')), pid);
    process.kill(managerPid, 'SIGCONT');
    await waitForEnd(managerPid);
    assert.is((await report(place)).pid, pid);
    assert.is((await place.zd('stop')).status, 0);
    assert.not(isAlive(pid));
    assert.is((await place.zd('status')).status, 3);
  },
);

test('an upgrade recreates a removed state folder and locks it', async () => {
  const place = makePlace();
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  rmSync(place.path('.zdsock.zd'), { recursive: true });
  assert.is((await place.zd('upgrade')).status, 0);
  const { status } = await place.exec(['flock', '-n', '.zdsock.zd', 'true']);
  assert.is.not(status, 0, 'the lock is held');
  assert.is((await report(place)).pid, pid);
});

test('a state that could not be saved is saved as soon as possible', async () => {
  const place = makePlace();
  const program = `sh -c 'exec sleep 1000 >/dev/null 2>&1'`;
  await place.zd(['-p', program, 'start']);
  const state = place.path('.zdsock.zd/state.json');
  rmSync(state);
  mkdirSync(`${state}/in/the/way`, { recursive: true });
  const pid = pidIn(await place.zd(['-p', program, 'restart']));
  rmSync(state, { recursive: true });
  await until(30, 'the state', () => existsSync(state));
  await killManager(place);
  assert.is(pidIn(await place.zd(['-p', program, 'start'])), pid);
});

test('adopting a program from another folder changes neither its folder nor its transcript', async () => {
  const place = makePlace();
  const here = inside(place, 'app');
  const program = `sh -c 'trap "echo last words; exit" TERM; pwd; while :; do sleep 0.1; done'`;
  const words = ['-t', 'app.log', '-p', program];
  await here(...words, 'start');
  const { managerPid } = JSON.parse((await here('status', '--json')).stdout);
  await killWithKeeper(managerPid);
  const elsewhere = inside(place, 'other');
  assert.is((await elsewhere('-s', '../app/zdsock', ...words, 'restart')).status, 0);
  const folder = `${place.path('app')}\n`;
  await waitForFile(place.path('app/app.log'), text => text === `${folder}last words\n${folder}`);
  assert.not(existsSync(place.path('other/app.log')));
});

/** Creates a folder of the place. @returns a function that runs zd there */
function inside(place: Place, name: string) {
  mkdirSync(place.path(name), { recursive: true });
  return (...words: string[]) => place.exec([...commandOf('zd'), ...words], { cwd: place.path(name) });
}

test.run();
