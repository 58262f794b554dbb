import { chmodSync, chownSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { findUser } from '../../../src/system/users';
import { clearPlaces, makePlace, pidIn } from '../../helpers/cli';
import { needsRoot } from '../../helpers/strangers';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* What check and start refuse of hooks, and with which rights hooks run. */

const test = suite('hooks before they run');
test.after.each(clearPlaces);

const COMMANDS = ['before-start', 'after-exit', 'on-event', 'stop-program', 'reload-program'];

for (const key of COMMANDS) {
  test(`check and start refuse ${key} when it is not there`, async () => {
    const place = makePlace();
    place.configure({ program: 'sleep 1000', [key]: './hook.sh one' });
    for (const command of ['check', 'start']) {
      const { status, stderr } = await place.zd(`-C app.conf ${command}`);
      assert.equal(
        [status, stderr.includes(`cannot use ${key} './hook.sh one' (app.conf:3): `)],
        [2, true],
        stderr,
      );
    }
  });

  test.skipIf(needsRoot, `as root, they refuse ${key} when others can write it`, async () => {
    const place = makePlace();
    chmodSync(place.folder, 0o755);
    chmodSync(place.write('hook.sh', '#!/bin/sh\n'), 0o777);
    place.configure({ program: 'sleep 1000', [key]: './hook.sh' });
    for (const command of ['check', 'start']) {
      const { status, stderr } = await place.zd(`-C app.conf ${command}`);
      assert.is(status, 1);
      assert.match(stderr, new RegExp(`cannot trust ${key} .*hook.sh as root`));
    }
  });
}

test('a kind that does not exist is refused with the nearest one', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'on-event': 'true', 'on-event-kinds': 'failed, gaveup' });
  assert.equal(await place.zd('-C app.conf check'), {
    status: 2,
    stdout: '',
    stderr:
      "zd: app.conf:4: on-event-kinds has 'gaveup', which is not a kind of event; did you mean 'gave-up'?\n",
  });
});

test('kinds without a hook are refused', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'on-event-kinds': 'failed' });
  const { status, stderr } = await place.zd('-C app.conf check');
  assert.is(status, 2);
  assert.match(stderr, 'app.conf:3: on-event-kinds chooses when on-event runs; add on-event');
});

test('apply changes the hooks of a program that runs', async () => {
  const place = makePlace();
  place.write('hook.sh', '#!/bin/sh\necho "$ZD_EVENT" >told\n', 0o755);
  place.configure({ program: 'sleep 1000', directory: place.folder });
  const pid = pidIn(await place.zd('-C app.conf start'));
  place.configure({
    program: 'sleep 1000',
    directory: place.folder,
    'on-event': './hook.sh',
    'on-event-kinds': 'paused',
  });
  assert.is((await place.zd('-C app.conf apply')).status, 0);
  assert.is((await place.report()).pid, pid);
  await place.zd('-C app.conf pause');
  await waitForFile(place.path('told'), text => text === 'paused\n');
});

test.skipIf(needsRoot, 'hooks run as the configured user', async () => {
  const place = makePlace();
  const { uid, gid } = findUser('nobody');
  chownSync(place.folder, uid, gid);
  chmodSync(place.folder, 0o755);
  place.write('hook.sh', '#!/bin/sh\nid -un >"$1"\n', 0o755);
  place.configure({
    program: 'sleep 1000',
    directory: place.folder,
    user: 'nobody',
    'before-start': './hook.sh before',
    'after-exit': './hook.sh after',
    'on-event': './hook.sh event',
    'on-event-kinds': 'started',
  });
  chownSync(place.path('app.conf'), uid, gid);
  chownSync(place.path('hook.sh'), uid, gid);
  pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('event'), text => text === 'nobody\n');
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.equal([place.read('before'), place.read('after')], ['nobody\n', 'nobody\n']);
});

test.run();
