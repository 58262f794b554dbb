import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { report } from '../../helpers/numbered-program';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { makeTemporaryFolder } from '../../helpers/temp';
import { until, waitForFile } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';

/* What a program leaves behind is ended before a stop is reported, and before the next run begins. */

const test = suite('leftovers');
test.after.each(clearPlaces);

/** Jobs with a group of their own in the session of the program, and a daemon; their pids are in `pids`. */
const JOBS = `timeout 3600 sleep 3601 &
echo $! >pids
set -m
sleep 3602 &
echo $! >>pids
echo done >>pids
exec sleep 1000
`;

/** Holds a lock, as a server holds its port, in a child as told: "plain", "session" or "stubborn". */
const SERVER = `import fcntl, os, signal, sys, time
lock = open("lock", "w")
try: fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError: sys.exit("the lock is held")
if os.fork() == 0:
    if sys.argv[1] == "session": os.setsid()
    if sys.argv[1] == "stubborn": signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open("child.new", "w").write(str(os.getpid()))
    os.rename("child.new", "child")
    time.sleep(1000)
if sys.argv[1] == "ends": time.sleep(0.5); sys.exit(0)
time.sleep(1000)
`;

test('a stop ends jobs that have groups of their own', async () => {
  const { place, pids } = await startJobs(makePlace());
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.equal(pids.filter(isAlive), []);
});

test.skipIf(keeperMissing, 'also when keeper and manager were killed, and then the program', async () => {
  const { place, pids, pid } = await startJobs(makePlace());
  const { managerPid, keeperPid } = await report(place);
  for (const one of [keeperPid as number, managerPid, pid]) process.kill(one, 'SIGKILL');
  for (const one of [keeperPid as number, managerPid, pid]) await waitForEnd(one);
  assert.equal(pids.filter(isAlive), pids);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.equal(pids.filter(isAlive), []);
});

test('also without perl', async () => {
  const { place, pids } = await startJobs(makePlace({ env: { PATH: makePathWithoutPerl(['timeout']) } }));
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.equal(pids.filter(isAlive), []);
});

const honoursSetuid = 'import os, sys; sys.exit(os.statvfs(sys.argv[1]).f_flag & os.ST_NOSUID)';
const plain =
  (process.getuid?.() !== 0 ||
    spawnSync('python3', ['-c', honoursSetuid, makeTemporaryFolder()]).status !== 0) &&
  'only root can make a file setuid, and not everywhere';

test.skipIf(keeperMissing || plain, 'a stop names what it cannot signal, and fails', async () => {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  const perl = place.path('perl');
  copyFileSync(spawnSync('perl', ['-e', 'print $^X'], { encoding: 'utf8' }).stdout, perl);
  chmodSync(perl, 0o4755);
  place.write(
    'work.sh',
    `./perl -e '$< = $> = 0; exit if fork; open my $f, ">root"; print $f "$$\n"; close $f; sleep 1000'\nexec sleep 1000\n`,
  );
  place.configure({ program: 'sh work.sh', directory: place.folder, user: 'nobody', 'stop-timeout': '1' });
  const socket = '-s run/sock';
  await place.exec(['sh', '-c', 'mkdir run; chown nobody run']);
  const pid = pidIn(await place.zd(`-C app.conf ${socket} start`));
  assert.ok(pid > 0);
  const root = Number(await waitForFile(place.path('root'), text => text.endsWith('\n')));
  const { status, stderr } = await place.zd(`-C app.conf ${socket} stop`, { limit: 30 });
  assert.is(status, 1, stderr);
  assert.match(stderr, `${root} (perl)`);
  process.kill(root, 'SIGKILL');
});

for (const how of ['plain', 'session', 'stubborn'])
  test.skipIf(keeperMissing, `after a crash, a ${how} child that holds the lock is ended first`, async () => {
    const { place, pid, child } = await startServer(how);
    process.kill(pid, 'SIGKILL');
    const now = await until(30, 'the next run', async () => {
      const seen = await report(place);
      return seen.state === 'running' && seen.pid !== pid && seen;
    });
    assert.not(isAlive(child));
    assert.is(now.restarts, 1, place.read('log'));
    assert.is(place.read('log'), '');
  });

test.skipIf(
  keeperMissing,
  'what outlives a program that ended well is ended before its manager leaves',
  async () => {
    const { place, pid, child } = await startServer('ends');
    const { managerPid } = await report(place);
    await waitForEnd(pid);
    await waitForEnd(managerPid);
    assert.not(isAlive(child));
    assert.is((await place.zd('status')).status, 3);
  },
);

async function startJobs(place: Place): Promise<{ place: Place; pid: number; pids: number[] }> {
  place.write('work.sh', JOBS);
  place.configure({ program: 'sh work.sh', directory: place.folder, transcript: 'log', 'stop-timeout': '5' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  const text = await waitForFile(place.path('pids'), seen => seen.endsWith('done\n'));
  const pids = text.split('\n').slice(0, 2).map(Number);
  return { place, pid, pids };
}

async function startServer(how: string): Promise<{ place: Place; pid: number; child: number }> {
  const place = makePlace();
  place.write('server.py', SERVER);
  place.configure({
    program: `python3 server.py ${how}`,
    directory: place.folder,
    transcript: 'log',
    'stop-timeout': '1',
  });
  const pid = pidIn(await place.zd('-C app.conf start'));
  return { place, pid, child: Number(await waitForFile(place.path('child'))) };
}

test.run();
