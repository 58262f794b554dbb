import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place } from '../../helpers/cli';
import { keeperOf } from '../../helpers/processes';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('directory');
test.after.each(clearPlaces);

/** A program in each release records which one it is, and where it runs. */
function makeReleases(): Place {
  const place = makePlace();
  for (const release of ['one', 'two']) {
    const record = `echo ${release} $(pwd -P) >> ${place.path('runs')}`;
    place.write(`${release}/app`, `#!/bin/sh\n${record}\necho started\nexec sleep 1000\n`, 0o755);
  }
  symlinkSync('one', place.path('current'));
  place.configure({ program: './app', directory: 'current', transcript: 'log' });
  return place;
}

async function readRuns(place: Place, count: number): Promise<string[]> {
  const text = await waitForFile(place.path('runs'), found => found.split('\n').length > count);
  return text.split('\n').slice(0, -1);
}

function switchTo(place: Place, release: string): void {
  symlinkSync(release, place.path('next'));
  renameSync(place.path('next'), place.path('current'));
}

test('a symlink is followed anew at each start, for the program and for the transcript', async () => {
  const place = makeReleases();
  await place.zd('-C app.conf start');
  switchTo(place, 'two');
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  assert.equal(await readRuns(place, 2), [`one ${place.path('one')}`, `two ${place.path('two')}`]);
  assert.is((await place.zd('-C app.conf reopen_transcript')).status, 0);
  await place.zd('-C app.conf restart');
  await waitForFile(place.path('two/log'), text => text.includes('started'));
});

test('the same after a crash', async () => {
  const place = makeReleases();
  await place.zd('-C app.conf start');
  switchTo(place, 'two');
  const { pid } = await place.report();
  process.kill(pid ?? 0, 'SIGKILL');
  assert.is((await readRuns(place, 2))[1], `two ${place.path('two')}`);
});

test('a directory that was removed and made again is used', async () => {
  const place = makeReleases();
  await place.zd('-C app.conf start');
  renameSync(place.path('one'), place.path('old'));
  mkdirSync(place.path('one'));
  renameSync(place.path('old/app'), place.path('one/app'));
  rmSync(place.path('old'), { recursive: true });
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  assert.is((await readRuns(place, 2))[1], `one ${place.path('one')}`);
});

test('a restart without the directory fails and names it; the manager stays and tries again', async () => {
  const place = makeReleases();
  place.configure({ program: 'sleep 1000', directory: 'current', transcript: '/dev/null' });
  await place.zd('-C app.conf start');
  switchTo(place, 'three');
  const { status, stderr } = await place.zd('-C app.conf restart');
  const folder = place.path('current');
  const reason = `cannot change to the directory ${folder}: no such file or directory; the manager keeps trying`;
  assert.equal([status, stderr], [1, `zd: cannot start app: ${reason}\n`]);
  switchTo(place, 'two');
  assert.is((await place.zd('-C app.conf start')).status, 0);
});

test('manager and keeper keep no folder busy', async () => {
  const place = makeReleases();
  await place.zd('-C app.conf start');
  const { managerPid } = await place.report();
  for (const pid of [managerPid, keeperOf(managerPid)])
    if (pid !== null) assert.is(readlinkSync(`/proc/${pid}/cwd`), '/');
});

test('without a directory, a start goes to the folder where zd was called, or to / if that is gone', async () => {
  const place = makePlace();
  mkdirSync(place.path('here'));
  const options = ['-s', place.path('zdsock'), '-p', `sh -c 'pwd >> ${place.path('runs')}; exec sleep 1000'`];
  await place.zd([...options, 'start'], { cwd: place.path('here') });
  rmSync(place.path('here'), { recursive: true });
  await place.zd([...options, 'restart']);
  mkdirSync(place.path('here'));
  await place.zd([...options, 'restart']);
  assert.equal(await readRuns(place, 3), [place.path('here'), '/', place.path('here')]);
});

test('without a keeper it is the same', async () => {
  const place = makeReleases();
  const path = place.path('bin');
  mkdirSync(path);
  for (const name of ['sh', 'sleep', 'flock', 'mkfifo']) {
    const { stdout } = await place.exec(['sh', '-c', `command -v ${name}`]);
    symlinkSync(stdout.trim(), `${path}/${name}`);
  }
  const env = { PATH: path };
  const run = (command: string) => place.exec([...commandOf('zd'), '-C', 'app.conf', command], { env });
  assert.is((await run('start')).status, 0);
  switchTo(place, 'two');
  assert.is((await run('restart')).status, 0);
  assert.equal(await readRuns(place, 2), [`one ${place.path('one')}`, `two ${place.path('two')}`]);
  assert.is(keeperOf((await place.report()).managerPid), null);
});

test.run();
