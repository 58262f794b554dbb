import { chmodSync, mkdirSync, readlinkSync, rmSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn, statusOf } from '../../helpers/cli';
import { makeJail } from '../../helpers/jail';
import { asUser, give, needsRoot, STRANGER } from '../../helpers/strangers';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* A program with another root folder. */

const test = suite('chroot');
test.after.each(clearPlaces);

const unable = process.platform !== 'linux' ? 'a keeper needs Linux' : needsRoot;
/** As root whether it can, as a container may lack the privilege. */
const ZD = new URL('../../../bin/zd.js', import.meta.url).pathname;

function makeJailed(settings: Record<string, string> = {}): Place {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  makeJail(place.path('jail'), ['/bin/sh', '/bin/sleep']);
  mkdirSync(place.path('jail/srv'));
  place.write('jail/srv/run', '#!/bin/sh\necho "in $PWD: $0"\nexec sleep 1000\n', 0o755);
  const base = { program: '/srv/run', chroot: 'jail', transcript: place.path('log') };
  place.configure({ ...base, 'stop-timeout': '5', ...settings });
  return place;
}

test.skipIf(
  unable,
  'program and directory are inside, the transcript and other commands outside',
  async () => {
    for (const [settings, says, folder] of [
      [{}, 'in /: /srv/run', ''],
      [{ program: 'srv/run' }, 'in /: /srv/run', ''],
      [{ directory: '/srv', program: './run' }, 'in /srv: /srv/run', '/srv'],
      [{ program: 'sleep 1000' }, '', ''],
      [{ 'start-test-program': '/usr/bin/test -d jail/srv' }, 'in /: /srv/run', ''],
    ] as const) {
      const place = makeJailed(settings);
      assert.is((await place.zd('-C app.conf check')).status, 0);
      const started = await place.zd('-C app.conf start');
      assert.equal([started.status, started.stderr], [0, '']);
      await waitForFile(place.path('log'), text => text.includes(says));
      const pid = pidIn(started);
      assert.is(readlinkSync(`/proc/${pid}/root`), place.path('jail'));
      assert.is(readlinkSync(`/proc/${pid}/cwd`), place.path('jail') + folder);
      assert.is((await place.report()).pid, pid);
      assert.is((await place.zd('-C app.conf stop')).status, 0);
    }
  },
);

test.skipIf(unable, 'a directory can be written as a path outside, and is created inside', async () => {
  const place = makeJailed({ directory: 'PLACE' });
  place.configure({ program: '/srv/run', chroot: 'jail', directory: place.path('jail/srv/new') });
  const started = await place.zd('-C app.conf start');
  assert.equal([started.status, started.stderr], [0, '']);
  assert.is(readlinkSync(`/proc/${pidIn(started)}/cwd`), place.path('jail/srv/new'));
});

test.skipIf(unable, 'what is not inside is named, whatever is outside', async () => {
  const place = makeJailed({ program: '/bin/ls' });
  const where = `inside the chroot ${place.path('jail')}`;
  for (const [program, reason] of [
    ['/bin/ls', `can't stat program '/bin/ls' ${where}`],
    ['ls', `ls is not on PATH ${where}`],
  ] as const) {
    place.configure({ program, chroot: 'jail' });
    for (const command of ['check', 'start']) {
      const { status, stderr } = await place.zd(`-C app.conf ${command}`);
      assert.is(status, command === 'check' ? 2 : 1);
      assert.match(stderr, `: ${reason}\n`);
    }
  }
  place.write('jail/srv/perl', '#!/usr/bin/perl\n', 0o755);
  place.configure({ program: '/srv/perl', chroot: 'jail' });
  assert.match(
    (await place.zd('-C app.conf start')).stderr,
    `its interpreter /usr/bin/perl is missing ${where}`,
  );
  rmSync(place.path('jail/lib64'), { recursive: true, force: true });
  place.configure({ program: '/bin/sleep 1000', chroot: 'jail' });
  if (process.arch === 'x64')
    assert.match(
      (await place.zd('-C app.conf start')).stderr,
      /its loader \S+ is missing inside the chroot \S+;/,
    );
});

test.skipIf(unable, 'a chroot that is missing, or that others can write to, is refused', async () => {
  const place = makeJailed();
  const expect = async (status: number, text: string) => {
    for (const command of ['check', 'start']) {
      const outcome = await place.zd(`-C app.conf ${command}`);
      assert.is(outcome.status, status, outcome.stderr);
      assert.match(outcome.stderr, text);
    }
  };
  give(place.path('jail'), STRANGER);
  await expect(1, `the folder of the chroot ${place.path('jail')} as root: it belongs to uid ${STRANGER}`);
  give(place.path('jail'), 0);
  chmodSync(place.path('jail'), 0o777);
  await expect(1, `others can write to it (mode 0777); chmod go-w ${place.path('jail')}`);
  chmodSync(place.path('jail'), 0o755);
  place.configure({ program: 'sleep 1000', chroot: 'none' });
  await expect(
    2,
    `cannot use chroot '${place.path('none')}' (app.conf:3): it does not exist; create it first`,
  );
});

test.skipIf(unable, 'with --insecure, a chroot that others can write to is used', async () => {
  const place = makeJailed();
  assert.is((await place.zd('-C app.conf start')).status, 0);
  chmodSync(place.path('jail'), 0o777);
  const { status, stderr } = await place.zd('-C app.conf --insecure restart');
  assert.is(status, 0, stderr);
  await place.zd('-C app.conf stop');
});

test.skipIf(unable, 'an ordinary user cannot use it, and neither does fg', async () => {
  const place = makeJailed();
  chmodSync(place.folder, 0o777);
  for (const command of ['check', 'start']) {
    const words = [process.execPath, ZD, '-C', 'app.conf', command];
    const { status, stderr } = await place.exec(asUser(STRANGER, words));
    assert.equal(
      [status, stderr],
      [
        2,
        `zd: cannot use chroot '${place.path('jail')}' (app.conf:3): only root can give a program another root folder\n`,
      ],
    );
  }
  chmodSync(place.folder, 0o755);
  const { status, stderr } = await place.zd('-C app.conf fg');
  assert.equal(
    [status, stderr],
    [
      2,
      'zd: cannot run it in the foreground with chroot (app.conf:3): use start, or start with daemon off\n',
    ],
  );
});

test.skipIf(
  unable,
  'limits and groups go with it, and the program stays the child of the keeper',
  async () => {
    const place = makeJailed({ limits: 'nofile 64', group: '7001', 'no-new-privileges': 'on' });
    const started = await place.zd('-C app.conf start');
    assert.equal([started.status, started.stderr], [0, '']);
    const pid = pidIn(started);
    assert.equal(
      [statusOf(pid, 'Gid').split('\t')[0], statusOf(pid, 'NoNewPrivs'), Number(statusOf(pid, 'PPid'))],
      ['7001', '1', (await place.report()).keeperPid],
    );
  },
);

test.run();
