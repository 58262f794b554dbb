import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn, statusOf } from '../../helpers/cli';
import { asUser, give, needsRoot, STRANGER } from '../../helpers/strangers';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* A lock that the program holds without knowing. */

const test = suite('lock-file');
test.after.each(clearPlaces);

const needsLinux = process.platform !== 'linux' && 'a keeper needs Linux';

function configure(place: Place, settings: Record<string, string> = {}): void {
  place.configure({ program: 'sleep 1000', 'lock-file': 'lock', 'stop-timeout': '5', ...settings });
}

const isLocked = async (place: Place) =>
  (await place.exec(['flock', '-n', place.path('lock'), 'true'])).status !== 0;

/** Holds the lock of a place with flock(1), in a process of its own. */
async function holdLock(place: Place): Promise<{ pid: number; end(): Promise<void> }> {
  const child = spawn('flock', ['-F', place.path('lock'), 'sleep', '1000'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await until(10, 'the lock', () => isLocked(place));
  const end = async () => {
    child.kill();
    await ended;
  };
  return { pid: child.pid ?? 0, end };
}

test.skipIf(needsLinux, 'the lock is held while the program runs, and free when stop returns', async () => {
  const place = makePlace();
  configure(place);
  const started = await place.zd('-C app.conf start');
  assert.equal([started.status, started.stderr], [0, '']);
  assert.ok(await isLocked(place));
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  assert.ok(await isLocked(place));
  const { pid } = await place.report();
  const open = await place.exec(['ls', '-l', `/proc/${pid}/fd`]);
  assert.not.match(open.stdout, place.path('lock'));
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.not(await isLocked(place));
  assert.ok(existsSync(place.path('lock')), 'another process could wait for its lock');
});

test.skipIf(needsLinux, 'a start while another process holds it fails and names that process', async () => {
  const place = makePlace();
  configure(place);
  const { pid, end } = await holdLock(place);
  try {
    const { status, stderr } = await place.zd('-C app.conf start');
    assert.equal(
      [status, stderr],
      [1, `zd: cannot start app: the lock-file ${place.path('lock')} is held by pid ${pid} (sleep)\n`],
    );
  } finally {
    await end();
  }
  assert.is((await place.zd('-C app.conf start')).status, 0);
});

test.skipIf(needsLinux, 'two programs with one lock: the second one is told of the first', async () => {
  const place = makePlace();
  configure(place);
  const other = makePlace();
  configure(other, { 'lock-file': place.path('lock') });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  const { status, stderr } = await other.zd('-C app.conf start');
  assert.is(status, 1);
  const { keeperPid } = await place.report();
  assert.match(stderr, `is held by pid ${keeperPid} (zd: keeps ${place.path('zdsock')} (app))`);
});

test.skipIf(
  needsLinux,
  'between two attempts the lock is free, and what is left of a run holds it',
  async () => {
    const place = makePlace();
    place.write('leave.sh', "#!/bin/sh\n(trap '' TERM; exec sleep 1000) &\nsleep 0.5\nexit 3\n", 0o755);
    configure(place, {
      program: './leave.sh',
      'backoff-first': '9',
      'stop-timeout': '3',
      'start-seconds': '0.1',
    });
    assert.is((await place.zd('-C app.conf start')).status, 0);
    await until(20, 'the end of the run', async () => (await place.report()).lastExit !== null);
    assert.ok(await isLocked(place));
    await until(20, 'the pause', async () => (await place.report()).state === 'backoff');
    await until(5, 'the lock', async () => !(await isLocked(place)));
  },
);

test.skipIf(needsLinux, 'the lock outlives the manager, an upgrade, and the keeper', async () => {
  const place = makePlace();
  configure(place);
  const pid = pidIn(await place.zd('-C app.conf start'));
  const { managerPid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  assert.ok(await isLocked(place));
  const next = await until(10, 'another manager', async () => {
    const report = await place.report();
    return report.managerPid !== managerPid && report;
  });
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  assert.ok(await isLocked(place));
  process.kill(next.keeperPid ?? 0, 'SIGKILL');
  await until(10, 'another keeper', async () => {
    const { keeperPid } = await place.report();
    return keeperPid !== null && keeperPid !== next.keeperPid;
  });
  await until(10, 'its lock', () => isLocked(place));
  assert.is((await place.report()).pid, pid);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.not(await isLocked(place));
});

test.skipIf(needsLinux, 'what cannot be locked is refused with its place', async () => {
  const place = makePlace();
  mkdirSync(place.path('folder'));
  for (const [path, reason] of [
    ['folder', 'it is a folder'],
    ['no/lock', `the folder ${place.path('no')} does not exist; create it first`],
  ] as const) {
    configure(place, { 'lock-file': path });
    for (const command of ['check', 'start']) {
      const { status, stderr } = await place.zd(`-C app.conf ${command}`);
      assert.is(status, 2);
      assert.is(stderr, `zd: cannot use lock-file '${place.path(path)}' (app.conf:3): ${reason}\n`);
    }
  }
  configure(place, { 'lock-file': '/dev/null' });
  assert.match((await place.zd('-C app.conf start')).stderr, 'cannot be opened: it is not a regular file');
});

test.skipIf(needsLinux || needsRoot, 'an ordinary user locks what that user can read', async () => {
  const place = makePlace();
  chmodSync(place.folder, 0o777);
  configure(place);
  place.write('lock', '');
  const start = () => place.exec(asUser(STRANGER, [process.execPath, zd(), '-C', 'app.conf', 'start']));
  chmodSync(place.path('lock'), 0o600);
  assert.match((await start()).stderr, `uid ${STRANGER} cannot read ${place.path('lock')}`);
  chmodSync(place.path('lock'), 0o644);
  const started = await start();
  assert.equal([started.status, started.stderr], [0, '']);
  assert.ok(await isLocked(place));
  assert.is(statusOf(pidIn(started), 'Uid').split('\t')[0], String(STRANGER));
});

test.skipIf(needsLinux || needsRoot, "root follows no symlink in another user's folder", async () => {
  const place = makePlace();
  mkdirSync(place.path('theirs'));
  symlinkSync(place.path('app.conf'), place.path('theirs/lock'));
  give(place.path('theirs'), STRANGER);
  configure(place, { 'lock-file': 'theirs/lock' });
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 1);
  assert.match(stderr, 'theirs/lock cannot be opened: ');
});

function zd(): string {
  return new URL('../../../bin/zd.js', import.meta.url).pathname;
}

test.run();
