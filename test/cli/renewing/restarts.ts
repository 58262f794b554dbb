import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { killManager } from '../../helpers/numbered-program';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { Listener } from '../../helpers/subscribe';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('restarts for a reason');
test.after.each(clearPlaces);

interface Exit {
  pid: number;
  signal: number | null;
  by: string;
  reason?: string;
}

/** A program that writes a line about each start, with what it has read. */
async function start(settings: string, files: Record<string, string> = {}): Promise<Place> {
  const place = makePlace();
  for (const [name, text] of Object.entries(files)) place.write(name, text);
  const tell = place.write('tell.sh', 'echo "$(cat app.yml 2>/dev/null)" >>runs; exec sleep 1000\n');
  place.write('app.conf', `[runner]\nprogram = sh ${tell}\nstart-seconds = 0\n${settings}`);
  assert.is((await place.zd('-C app.conf start')).status, 0);
  await runs(place, 1);
  return place;
}

/** Waits for so many starts. @returns the line of the last one */
async function runs(place: Place, count: number): Promise<string> {
  const text = await waitForFile(place.path('runs'), found => found.split('\n').length > count);
  assert.is(text.split('\n').length, count + 1, text);
  return text.split('\n').at(-2) as string;
}

/** Kills the manager; the keeper, or else a start, begins another one. */
async function replaceManager(place: Place): Promise<void> {
  const { managerPid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  await waitForEnd(managerPid);
  if (keeperMissing) await place.zd('-C app.conf start');
}

async function lastExit(place: Place): Promise<Exit> {
  return (await place.report()).lastExit as unknown as Exit;
}

test('restart-every: the program is restarted when it has been up for so long', async () => {
  const place = await start('restart-every = 1\n');
  await waitForFile(place.path('runs'), text => text.split('\n').length > 2);
  const { by, reason } = await lastExit(place);
  assert.equal([by, reason], ['restart-every', 'up for 1s']);
});

test('restart-every: a manager that follows counts from the same start', async () => {
  const place = await start('restart-every = 3\n');
  const { pid } = await place.report();
  await replaceManager(place);
  await waitForFile(place.path('runs'), text => text.split('\n').length > 2);
  const exit = await lastExit(place);
  assert.is(exit.by, 'restart-every');
  assert.is(exit.pid, pid);
});

test('restart-on-change: a file and a folder; the record says which file', async () => {
  const place = await start('restart-on-change = app.yml, conf\n', { 'app.yml': 'one', 'conf/a': 'a' });
  place.write('app.yml', 'two');
  assert.is(await runs(place, 2), 'two');
  const { by, reason } = await lastExit(place);
  assert.equal([by, reason], ['restart-on-change', `${place.path('app.yml')} has changed`]);
  place.write('conf/deep/b', 'b');
  await runs(place, 3);
  place.write('app.new', 'three');
  renameSync(place.path('app.new'), place.path('app.yml'));
  assert.is(await runs(place, 4), 'three');
});

test('restart-on-change: a change while the program starts is not missed', async () => {
  const place = makePlace();
  place.write('app.yml', 'one');
  const tell = place.write(
    'tell.sh',
    'echo "$(cat app.yml)" >>runs; while [ ! -e ready ]; do sleep 0.02; done; exec sleep 1000\n',
  );
  place.write(
    'app.conf',
    `[runner]\nprogram = sh ${tell}\nstart-test-program = test -e ready\nrestart-on-change = app.yml\n`,
  );
  const started = place.zd('-C app.conf start');
  await runs(place, 1);
  place.write('app.yml', 'two');
  place.write('ready', '');
  assert.is((await started).status, 0);
  assert.is(await runs(place, 2), 'two');
});

test('restart-on-change: one that is missing is told, awaited, and named by status', async () => {
  const place = await start('restart-on-change = late/app.yml\n');
  const listener = new Listener(place.path('zdsock'), { after: 0 });
  const told = await listener.awaitEvent('watch-failed');
  assert.equal([told.path, told.reason], [place.path('late/app.yml'), 'no such file or directory']);
  const note = `zd: restart-on-change: ${place.path('late/app.yml')} is missing\n`;
  await until(20, 'the note of status', async () => (await place.zd('status')).stderr === note);
  mkdirSync(place.path('late'));
  place.write('late/app.yml', 'one');
  await runs(place, 2);
  assert.is((await place.zd('status')).stderr, '');
  listener.close();
});

test('restart-on-change: the target of a symlink on the way', async () => {
  const place = makePlace();
  for (const name of ['one', 'two']) place.write(`${name}/app.yml`, name);
  symlinkSync('one', place.path('current'));
  const tell = place.write('tell.sh', 'echo "$(cat current/app.yml)" >>runs; exec sleep 1000\n');
  place.write('app.conf', `[runner]\nprogram = sh ${tell}\nrestart-on-change = current/app.yml\n`);
  await place.zd('-C app.conf start');
  assert.is(await runs(place, 1), 'one');
  symlinkSync('two', place.path('next'));
  renameSync(place.path('next'), place.path('current'));
  assert.is(await runs(place, 2), 'two');
});

test('restart-on-change: what changes while there is no manager is noticed by the next one', async () => {
  const place = await start('restart-on-change = app.yml\n', { 'app.yml': 'one' });
  await waitForFile(place.path('.zdsock.zd/watched.json'), text => text.includes('app.yml'));
  const { pid } = await place.report();
  await killManager(place);
  place.write('app.yml', 'two');
  assert.ok(isAlive(pid as number));
  await place.zd('-C app.conf start');
  assert.is(await runs(place, 2), 'two');
});

test('restart-on-change: an upgrade and a manager that is killed change nothing about it', async () => {
  const place = await start('restart-on-change = app.yml\n', { 'app.yml': 'one' });
  await waitForFile(place.path('.zdsock.zd/watched.json'), text => text.includes('app.yml'));
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  place.write('app.yml', 'two');
  assert.is(await runs(place, 2), 'two');
  await replaceManager(place);
  place.write('app.yml', 'three');
  assert.is(await runs(place, 3), 'three');
});

test('restart-on-change: vanishing does nothing, and the output of the program neither', async () => {
  const settings = 'restart-on-change = conf\ntranscript = conf/out.log\n';
  const place = await start(settings, { 'app.yml': 'one', 'conf/other': 'x' });
  await waitForFile(place.path('.zdsock.zd/watched.json'), text => text.includes('conf/other'));
  rmSync(place.path('conf/other'));
  place.write('conf/.hidden', 'x');
  place.write('conf/out.log.1', 'x');
  place.write('conf/more', 'x');
  await runs(place, 2);
  assert.is((await lastExit(place)).reason, `${place.path('conf/more')} has changed`);
});

test('a live change of these settings takes effect at once', async () => {
  const place = await start('', { 'app.yml': 'one' });
  place.write('app.conf', `${place.read('app.conf')}restart-on-change = app.yml\n`);
  const applied = await place.zd('-C app.conf apply');
  assert.equal(applied, {
    status: 0,
    stdout: `restart-on-change: (none) -> ${place.path('app.yml')} (live)\n`,
    stderr: '',
  });
  await waitForFile(place.path('.zdsock.zd/watched.json'), text => text.includes('app.yml'));
  place.write('app.yml', 'two');
  assert.is(await runs(place, 2), 'two');
});

const linuxOnly = process.platform !== 'linux' && 'needs /proc';

test.skipIf(linuxOnly, 'memory-limit: descendants count, and the figure is in the record', async () => {
  const place = makePlace();
  const hog = `exec ${process.execPath} -e 'const b = Buffer.alloc(120 << 20, 1); require("fs").appendFileSync("runs", "up\\n"); setInterval(() => b, 1e6)'`;
  const script = place.write('hog.sh', `(${hog}) & wait\n`);
  place.write('app.conf', `[runner]\nprogram = sh ${script}\nmemory-limit = 100mb\nstart-seconds = 0\n`);
  assert.is((await place.zd('-C app.conf start')).status, 0);
  await waitForFile(place.path('runs'), text => text.split('\n').length > 2);
  const { by, reason } = await lastExit(place);
  assert.is(by, 'memory-limit');
  assert.match(reason as string, /^1\d\d MB$/);
  const { backoff } = await place.report();
  assert.ok(backoff >= 1, 'it counts as an early exit');
});

const faults: [line: string, reason: string][] = [
  ['memory-limit = 512', "memory-limit must be at least 1mb, not '512'; write 512mb"],
  [
    'memory-limit = 512mib',
    "memory-limit must be a number of bytes such as 500kb, 10mb or 1gb, not '512mib'; write 512mb",
  ],
  ['memory-limit = 0', "memory-limit must be at least 1mb, not '0'"],
  ['restart-every = 0', "restart-every must be at least 1s, not '0'"],
  [
    'restart-every = 1h30m',
    "restart-every must be a time such as 10, 0.5s, 5m or 1h, not '1h30m'; write 90m",
  ],
  [
    'restart-on-change = a,,b',
    "restart-on-change must be paths separated by commas, such as app.yml, conf, not 'a,,b'",
  ],
  [
    'restart-on-change =',
    "restart-on-change must be paths separated by commas, such as app.yml, conf, not ''",
  ],
  ['watch-config = yess', "watch-config must be yes, true or on, or no, false or off, not 'yess'"],
];

for (const [line, reason] of faults) {
  test(`refused: ${line}`, async () => {
    const place = makePlace();
    place.write('app.conf', `[runner]\nprogram = sleep 1000\n${line}\n`);
    const { status, stderr } = await place.zd('-C app.conf start');
    assert.equal([status, stderr], [2, `zd: app.conf:3: ${reason}\n`]);
  });
}

test.run();
