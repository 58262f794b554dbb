import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { readText } from '../../../src/system/files';
import { clearPlaces, fixture, makePlace, type Place, pidIn, statusOf } from '../../helpers/cli';
import { makeJail } from '../../helpers/jail';
import { asUser, give, needsRoot } from '../../helpers/strangers';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Beside `user`, settings that only root can apply: keeper and manager stay root, and all that they run is that user's. */

const test = suite('a manager that stays root');
test.after.each(clearPlaces);

const unable = process.platform !== 'linux' ? 'a keeper needs Linux' : needsRoot;
const NOBODY = Number(/^nobody:[^:]*:(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1] ?? 65534);
const HARD = Number(/^Max open files +\S+ +(\d+)/m.exec(readText('/proc/self/limits'))?.[1]);
/** A container may have no privilege to raise a hard limit, even for root. */
const limitIsFree = !unable && spawnSync('prlimit', [`--nofile=:${HARD + 1}`, 'true']).status === 0;
const ZD = new URL('../../../bin/zd.js', import.meta.url).pathname;
/** Who the process is, and what it may. */
const REPORT = `#!/bin/sh
grep -E '^(Uid|Gid|Groups|CapEff|CapPrm)' /proc/self/status
echo "in $(pwd) as $USER at $HOME, SECRET=$SECRET"
echo reopened > /dev/stdout
exec sleep 1000
`;

/** A place with a folder `work` of nobody's; only root can create files beside it. */
function makeShared(settings: Record<string, string> = {}): Place {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  mkdirSync(place.path('work'));
  give(place.path('work'), NOBODY);
  place.write('report', REPORT, 0o755);
  configure(place, settings);
  return place;
}

function configure(place: Place, settings: Record<string, string>): void {
  const base = { program: place.path('report'), user: 'nobody', directory: 'work', transcript: 'log' };
  place.configure({ ...base, 'stop-timeout': '5', ...settings });
}

async function start(place: Place): Promise<number> {
  const started = await place.zd('-C app.conf start');
  assert.equal([started.status, started.stderr], [0, '']);
  return pidIn(started);
}

const uidOf = (pid: number) => Number(statusOf(pid, 'Uid').split('\t')[1]);

/** Keeper and manager are root's, and the program is nobody's and can do no more than that user. */
async function assertSplit(place: Place): Promise<void> {
  const { pid, managerPid, keeperPid } = await place.report();
  assert.equal([uidOf(managerPid), uidOf(keeperPid ?? 0)], [0, 0]);
  for (const ids of [statusOf(pid ?? 0, 'Uid'), statusOf(pid ?? 0, 'Gid')])
    assert.equal([...new Set(ids.split('\t'))].length, 1, 'real, effective, saved and of the file system');
  assert.is(uidOf(pid ?? 0), NOBODY);
  assert.not.match(statusOf(pid ?? 0, 'Groups'), /\b0\b/);
  assert.match(statusOf(pid ?? 0, 'CapPrm'), /^0+$/);
  assert.match(statusOf(pid ?? 0, 'CapEff'), /^0+$/);
}

test.skipIf(unable, 'each setting that needs root is applied, and the program is the user', async () => {
  const place = makeShared();
  place.write('secret.env', 'SECRET=1\n', 0o600);
  const cases: Record<string, string>[] = [
    { nice: '-5' },
    { ionice: 'realtime 4' },
    ...(limitIsFree ? [{ limits: `nofile 100:${HARD + 1}` }] : []),
    { 'env-file': place.path('secret.env') },
    { 'lock-file': place.path('lock') },
  ];
  for (const settings of cases) {
    configure(place, settings);
    const checked = await place.zd('-C app.conf check');
    assert.match(checked.stdout, `the manager stays root for ${Object.keys(settings)[0]}\n`);
    await start(place);
    await assertSplit(place);
    const text = await waitForFile(place.path('work/log'), all => all.includes('reopened'));
    assert.match(text, `in ${place.path('work')} as nobody at /nonexistent`);
    assert.is((await place.zd('-C app.conf stop')).status, 0);
    rmSync(place.path('work/log'));
  }
});

test.skipIf(unable, 'it works in a container, where root has fewer privileges', async () => {
  const place = makeShared({ nice: '-5', 'env-file': 'work/env' });
  place.write('work/env', 'SECRET=inside\n');
  const words = ['setpriv', '--bounding-set=-sys_ptrace,-sys_admin', '--inh-caps=-all', process.execPath, ZD];
  const started = await place.exec([...words, '-C', 'app.conf', 'start']);
  assert.equal([started.status, started.stderr], [0, '']);
  await waitForFile(place.path('work/log'), text => text.includes('SECRET=inside'));
  await assertSplit(place);
});

test.skipIf(unable, 'what needs no root leaves nobody root', async () => {
  const place = makeShared({ nice: '5', limits: 'nofile 64', 'socket-name': 'work/sock' });
  await start(place);
  assert.is(uidOf((await place.report('work/sock')).managerPid), NOBODY);
});

test.skipIf(unable, 'the files belong to the user, and the socket and the state to root', async () => {
  const place = makeShared({ nice: '-5', stdout: 'out' });
  place.write(
    'app.conf',
    `${place.read('app.conf')}\n<eventlog>\n<logfile>\npath work/events\n</logfile>\n</eventlog>\n`,
  );
  await start(place);
  for (const file of ['work/log', 'work/out', 'work/events'])
    assert.equal([file, statSync(place.path(file)).uid], [file, NOBODY]);
  for (const file of ['zdsock', '.zdsock.zd'])
    assert.equal(
      [file, statSync(place.path(file)).uid, statSync(place.path(file)).mode & 0o077],
      [file, 0, 0],
    );
  const words = (command: string) => asUser(NOBODY, [process.execPath, ZD, '-C', 'app.conf', command]);
  for (const command of ['status', 'stop']) {
    const { status, stderr } = await place.exec(words(command));
    assert.is(status, 4);
    assert.match(stderr, `the socket ${place.path('zdsock')} cannot be used: permission denied`);
  }
  assert.is((await place.report()).state, 'running');
});

test.skipIf(
  unable,
  'what the user could not open is refused, as for a manager that becomes the user',
  async () => {
    const place = makeShared();
    mkdirSync(place.path('closed'), { mode: 0o700 });
    for (const [settings, reason] of [
      [
        { transcript: place.path('closed/log') },
        `user nobody cannot create files in ${place.path('closed')}`,
      ],
      [{ directory: place.path('closed') }, `user nobody cannot enter ${place.path('closed')}`],
    ] as const) {
      configure(place, { nice: '-5', ...settings });
      const { status, stderr } = await place.zd('-C app.conf start');
      assert.is(status, 2);
      assert.match(stderr, reason);
    }
  },
);

test.skipIf(unable, 'what runs beside the program has the rights of the user', async () => {
  const place = makeShared();
  place.write('stop', '#!/bin/sh\nid > stopped\nkill -TERM $ZD_PID\n', 0o755);
  place.write('note', '#!/bin/sh\nid > $1\n', 0o755);
  configure(place, {
    nice: '-5',
    'start-test-program': `${place.path('note')} tested`,
    'reload-program': `${place.path('note')} reloaded`,
    'stop-program': place.path('stop'),
    'wait-for': 'command /usr/bin/touch waited',
  });
  await start(place);
  assert.is((await place.zd('-C app.conf reload')).status, 0);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  for (const file of ['tested', 'reloaded', 'stopped'])
    assert.match(place.read(`work/${file}`), `uid=${NOBODY}`);
  assert.is(statSync(place.path('work/waited')).uid, NOBODY);
});

test.skipIf(unable, 'a dead manager, an upgrade, and the death of both change nothing about it', async () => {
  const place = makeShared({ nice: '-5' });
  const pid = await start(place);
  const { managerPid, keeperPid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  await until(10, 'another manager', async () => (await place.report()).managerPid !== managerPid);
  await assertSplit(place);
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  await assertSplit(place);
  assert.is((await place.report()).pid, pid);
  const last = await place.report();
  assert.is(last.keeperPid, keeperPid);
  process.kill(last.keeperPid ?? 0, 'SIGKILL');
  process.kill(last.managerPid, 'SIGKILL');
  await until(10, 'their end', async () => (await place.zd('-C app.conf status')).status === 1);
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  await assertSplit(place);
  // The edited file needs root no more; the manager is there, and the program has what the file says.
  configure(place, {});
  const restarted = await place.zd('-C app.conf restart');
  assert.equal([restarted.status, restarted.stderr], [0, '']);
  await assertSplit(place);
});

test.skipIf(unable, 'a manager that has become the user is not given what needs root', async () => {
  const place = makeShared({ 'socket-name': 'work/sock' });
  const pid = await start(place);
  configure(place, { 'socket-name': 'work/sock', nice: '-5' });
  for (const command of ['restart', 'upgrade']) {
    const { status, stderr } = await place.zd(`-C app.conf ${command}`);
    assert.is(status, 2);
    assert.match(
      stderr,
      'cannot apply nice (app.conf:8): it needs root, and the manager runs as nobody by now: stop and start',
    );
  }
  assert.is((await place.report('work/sock')).pid, pid);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  await start(place);
  assert.is(uidOf((await place.report('work/sock')).managerPid), 0);
  await place.zd('-C app.conf stop');
});

test.skipIf(unable, "a user's own configuration gets nothing that needs root", async () => {
  const place = makeShared({ nice: '-5' });
  give(place.path('app.conf'), NOBODY);
  for (const command of ['check', 'start']) {
    const { status, stderr } = await place.zd(`-C app.conf ${command}`);
    assert.is(status, 1);
    assert.match(stderr, 'nobody can have written it, and nice (app.conf:7) needs root; chown root it');
  }
  place.write('secret.env', 'SECRET=1\n', 0o600);
  configure(place, { 'env-file': place.path('secret.env') });
  give(place.path('app.conf'), NOBODY);
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 2);
  assert.match(stderr, /cannot read env-file .*secret.env: permission denied for user nobody/);
});

test.skipIf(unable, "no symlink of the user's shows that user a file of root's", async () => {
  const place = makeShared();
  place.write('secret.env', 'SECRET=1\n', 0o600);
  symlinkSync(place.path('secret.env'), place.path('work/env'));
  configure(place, { nice: '-5', 'env-file': place.path('work/env') });
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 2);
  assert.match(stderr, 'permission denied');
  assert.not(existsSync(place.path('work/log')));
});

test.skipIf(unable, 'the program reaches its NOTIFY_SOCKET, also after the death of a manager', async () => {
  const place = makeShared();
  const words = `perl ${fixture('notify.pl')} READY=1 STATUS=first 'sleep 4' STATUS=second`;
  configure(place, { program: words, nice: '-5', ready: 'notify', 'start-timeout': '10' });
  await start(place);
  await assertSplit(place);
  const { managerPid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  await until(10, 'another manager', async () => (await place.report()).managerPid !== managerPid);
  await until(10, 'the second status', async () => (await place.report()).programStatus === 'second');
  assert.is(statSync(place.path('.zdsock.zd-notify')).uid, NOBODY);
});

test.skipIf(unable, 'a pseudo-terminal belongs to the user', async () => {
  const place = makeShared();
  place.write('say', '#!/bin/sh\necho said > "$(tty)"\nexec sleep 1000\n', 0o755);
  configure(place, { program: place.path('say'), nice: '-5', pty: 'on' });
  await start(place);
  await waitForFile(place.path('work/log'), text => text.includes('said'));
});

test.skipIf(unable, 'hooks are the user, and an invited group can control the manager', async () => {
  const place = makeShared();
  place.write('hook', '#!/bin/sh\nid -u > "$1"\n', 0o755);
  configure(place, {
    nice: '-5',
    'before-start': `${place.path('hook')} before`,
    'after-exit': `${place.path('hook')} after`,
    'socket-group': '7003',
    'socket-mode': '660',
  });
  await start(place);
  const member = ['setpriv', '--reuid=54321', '--regid=54321', '--groups=7003', process.execPath, ZD];
  assert.match((await place.exec([...member, '-C', 'app.conf', 'status'])).stdout, 'program running');
  assert.is((await place.exec([...member, '-C', 'app.conf', 'stop'])).status, 0);
  for (const file of ['before', 'after']) assert.is(place.read(`work/${file}`), `${NOBODY}\n`);
});

test.skipIf(unable, 'with chroot, the program is the user inside', async () => {
  const place = makeShared();
  makeJail(place.path('jail'), ['/bin/sh', '/bin/sleep']);
  mkdirSync(place.path('jail/srv'), { mode: 0o700 });
  configure(place, {
    program: 'sleep 1000',
    chroot: 'jail',
    directory: '/',
    transcript: place.path('work/log'),
  });
  await start(place);
  await assertSplit(place);
  await place.zd('-C app.conf stop');
  configure(place, { program: 'sleep 1000', chroot: 'jail', directory: '/srv' });
  assert.match((await place.zd('-C app.conf start')).stderr, 'user nobody cannot enter');
});

test.run();
