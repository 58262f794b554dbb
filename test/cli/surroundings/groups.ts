import { chmodSync, readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, pidIn, statusOf } from '../../helpers/cli';
import { asUser, give, needsRoot, STRANGER } from '../../helpers/strangers';
import { suite } from '../../runner/guard';

/* Groups of the program that are not those of its user. */

const test = suite('groups');
test.after.each(clearPlaces);

const needsLinux = process.platform !== 'linux' && 'a keeper needs Linux';

function entryOf(file: string, name: string): string[] {
  const text = readFileSync(file, 'utf8');
  return (
    text
      .split('\n')
      .find(line => line.startsWith(`${name}:`))
      ?.split(':') ?? []
  );
}

const groupsOf = (pid: number) => [
  statusOf(pid, 'Gid').split('\t')[1],
  ...statusOf(pid, 'Groups').split(' ').sort(),
];

test.skipIf(needsLinux || needsRoot, 'beside a user, manager and program have the groups', async () => {
  const daemon = entryOf('/etc/group', 'daemon')[2] ?? '';
  const adm = entryOf('/etc/group', 'adm')[2] ?? '';
  for (const [groups, expected] of [
    [{ group: 'daemon', 'supplementary-groups': 'adm, 7777' }, [daemon, ...[daemon, adm, '7777'].sort()]],
    [{ group: daemon, 'supplementary-groups': 'none' }, [daemon, daemon]],
  ] as const) {
    const place = makePlace();
    chmodSync(place.folder, 0o755);
    place.configure({
      program: 'sleep 1000',
      user: 'nobody',
      'socket-name': 'run/sock',
      directory: 'work',
      ...groups,
    });
    const started = await place.zd('-C app.conf start');
    assert.equal([started.status, started.stderr], [0, '']);
    const { managerPid } = await place.report('run/sock');
    for (const pid of [pidIn(started), managerPid]) {
      assert.equal(groupsOf(pid), expected);
      assert.is(statusOf(pid, 'Uid').split('\t')[1], entryOf('/etc/passwd', 'nobody')[2]);
    }
  }
});

test.skipIf(
  needsLinux || needsRoot,
  "without a user, the program has them, and keeps root's rights",
  async () => {
    for (const [settings, expected] of [
      [{ group: '7001', 'supplementary-groups': '7002' }, ['7001', '7001', '7002']],
      [{ 'supplementary-groups': 'none' }, ['0', '0']],
    ] as const) {
      const place = makePlace();
      place.configure({ program: 'sleep 1000', nice: '19', ...settings });
      const started = await place.zd('-C app.conf start');
      assert.equal([started.status, started.stderr], [0, '']);
      assert.equal(groupsOf(pidIn(started)), expected);
      assert.is(statusOf(pidIn(started), 'Uid'), '0\t0\t0\t0');
    }
  },
);

test.skipIf(
  needsLinux || needsRoot,
  "a user's own configuration gets no groups that the user has not",
  async () => {
    const place = makePlace();
    chmodSync(place.folder, 0o755);
    place.configure({ program: 'sleep 1000', user: 'nobody', 'socket-name': 'run/sock', group: 'root' });
    give(place.path('app.conf'), Number(entryOf('/etc/passwd', 'nobody')[2]));
    for (const command of ['check', 'start', 'fg']) {
      const { status, stderr } = await place.zd(`-C app.conf ${command}`);
      assert.is(status, 1);
      assert.match(stderr, 'it belongs to nobody, who is not a member of group 0; chown root it');
    }
  },
);

test.skipIf(needsRoot, 'an ordinary user cannot change groups, and an unknown group is named', async () => {
  const place = makePlace();
  chmodSync(place.folder, 0o777);
  place.configure({ program: 'sleep 1000', group: '7001' });
  const zd = new URL('../../../bin/zd.js', import.meta.url).pathname;
  for (const command of ['check', 'start']) {
    const words = [process.execPath, zd, '-C', 'app.conf', command];
    const { status, stderr } = await place.exec(asUser(STRANGER, words));
    assert.equal([status, stderr], [2, 'zd: cannot use group (app.conf:3): only root can change groups\n']);
  }
  chmodSync(place.folder, 0o755);
  place.configure({ program: 'sleep 1000', 'supplementary-groups': 'daemon, no-such-group' });
  assert.match((await place.zd('-C app.conf check')).stderr, "group 'no-such-group' not found");
});

test.run();
