import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import * as assert from 'uvu/assert';
import { Fifo } from '../../../src/manager/transcript/fifo';
import { STATE_VERSION } from '../../../src/state/saved-state';
import { identify } from '../../../src/system/identity';
import { findUser } from '../../../src/system/users';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { isAlive } from '../../helpers/processes';
import { sampleOrder } from '../../helpers/sample-order';
import { give, needsRoot, STRANGER } from '../../helpers/strangers';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* The owner of the folder around root's state folder puts another one in its place. */

const test = suite('state folders');
test.after.each(clearPlaces);

const TRUE_FOLDER = 'theirs/.zdsock.zd';

test.skipIf(needsRoot, 'replaced between client and manager: a forged program is not adopted', async () => {
  const place = prepare();
  const victim = place.launch(['sleep', '1000']);
  const pid = victim.child.pid as number;
  const program = { ...identify(pid), file: '/bin/sleep', startedAt: 1 };
  const state = {
    version: STATE_VERSION,
    manager: { ...program, pid: 2 ** 22 + 1 },
    program,
    leftovers: [],
    wanted: 'up',
    starts: 1,
    lastExit: null,
    order: sampleOrder({ stateFolder: place.path(TRUE_FOLDER) }),
  };
  mkdirSync(place.path('theirs/mine'), 0o700);
  writeFileSync(place.path('theirs/mine/state.json'), JSON.stringify(state));
  for (const name of ['theirs/mine', 'theirs/mine/state.json']) give(place.path(name), STRANGER);
  // flock(1) runs after the client has looked, and before the manager does.
  const swap = `mv ${place.path(TRUE_FOLDER)} ${place.path('theirs/aside')}; mv ${place.path('theirs/mine')} ${place.path(TRUE_FOLDER)}`;
  place.write(
    'bin/flock',
    `#!/bin/sh\n[ ! -d ${place.path('theirs/mine')} ] || { ${swap}; }\nPATH=\${PATH#*:} exec flock "$@"\n`,
    0o755,
  );
  place.configure({ program: 'sleep 1000', 'socket-name': place.path('theirs/zdsock') });
  const env = { PATH: `${place.path('bin')}:${process.env.PATH}` };
  const refused = await place.zd('-C app.conf start', { env });
  assert.is(refused.status, 1);
  assert.match(refused.stderr, 'the state folder');
  assert.match(refused.stderr, `.zdsock.zd belongs to uid ${STRANGER}`);
  await place.zd('-C app.conf stop');
  assert.ok(isAlive(pid));
});

for (const [what, make] of Object.entries({
  'a symlink to a folder of root': (other: string) => `ln -s ../secret ${other}`,
  'a folder of another user': (other: string) => `mkdir ${other} && chown ${STRANGER}:${STRANGER} ${other}`,
  nothing: () => ':',
})) {
  test.skipIf(needsRoot, `replaced by ${what} before the lock: the user gets no other folder`, async () => {
    const place = prepare();
    mkdirSync(place.path('secret'), 0o700);
    chmodSync(place.folder, 0o755);
    const { uid } = findUser('nobody');
    give(place.path('theirs'), uid);
    const [folder, aside] = [place.path(TRUE_FOLDER), place.path('theirs/aside')];
    // The keeper inherits what flock(1) opens, and the user can take descriptors out of the keeper.
    const swap = `mv ${folder} ${aside} && ${make(folder)}; stat -Lc %i "$5" >${place.path('locked')}`;
    place.write('bin/flock', `#!/bin/sh\n${swap}\nPATH=\${PATH#*:} exec flock "$@"\n`, 0o755);
    place.configure({ program: 'sleep 1000', user: 'nobody', 'socket-name': place.path('theirs/zdsock') });
    const env = { PATH: `${place.path('bin')}:${process.env.PATH}` };
    await place.zd('-C app.conf start', { env });
    assert.is(place.read('locked').trim(), String(statSync(aside).ino));
    await place.zd('-C app.conf stop');
  });
}

test.skipIf(needsRoot, 'replaced while a manager runs: it puts nothing into the other folder', async () => {
  const place = prepare();
  const events = place.path('events');
  place.configure(
    {
      program: `sh -c 'while :; do echo 0123456789; sleep .05; done'`,
      'socket-name': place.path('theirs/zdsock'),
      transcript: place.path('log'),
      'transcript-rotate-size': '100',
      'transcript-keep': '1',
    },
    `<eventlog>\n  path ${events}\n</eventlog>\n`,
  );
  assert.is((await place.zd('-C app.conf start')).status, 0);
  renameSync(place.path(TRUE_FOLDER), place.path('theirs/aside'));
  mkdirSync(place.path(TRUE_FOLDER), 0o700);
  give(place.path(TRUE_FOLDER), STRANGER);
  await waitForFile(events, text => text.includes(`.zdsock.zd belongs to uid ${STRANGER}`));
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  assert.equal(readdirSync(place.path(TRUE_FOLDER)), []);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  await until(30, 'the end of the manager', () => !readdirSync(place.path('theirs')).includes('zdsock'));
  assert.equal(readdirSync(place.path(TRUE_FOLDER)), []);
});

test.skipIf(
  needsRoot,
  'a symlink in place of the folder around it: nothing is made or removed behind it',
  async () => {
    const place = prepare();
    const events = place.path('events');
    for (const name of ['theirs/run', 'other']) mkdirSync(place.path(name));
    give(place.path('theirs/run'), STRANGER);
    place.configure(
      { program: 'sleep 1000', 'socket-name': place.path('theirs/run/zdsock') },
      `<eventlog>\n  path ${events}\n</eventlog>\n`,
    );
    const pid = pidIn(await place.zd('-C app.conf start'));
    const { managerPid } = await place.report('theirs/run/zdsock');
    const swap = () => {
      renameSync(place.path('theirs/run'), place.path('theirs/aside'));
      symlinkSync('../other', place.path('theirs/run'));
      give(place.path('theirs/run'), STRANGER);
    };
    swap();
    // The manager notices that its socket is gone.
    rmSync(place.path('theirs/aside/zdsock'));
    await waitForFile(events, text => /zdsock was removed and cannot be bound: .* symlink/.test(text));
    await waitForFile(events, text => /cannot recreate the state folder .*: .* symlink/.test(text));
    assert.equal(readdirSync(place.path('other')), []);
    place.write('other/zdsock', 'precious');
    process.kill(managerPid, 'SIGTERM');
    await until(30, 'the end of both', () => !isAlive(managerPid) && !isAlive(pid));
    assert.is(place.read('other/zdsock'), 'precious');
    assert.equal(readdirSync(place.path('other')), ['zdsock']);
  },
);

test.skipIf(needsRoot, 'no FIFO is opened in a folder of another user', () => {
  const place = prepare();
  assert.throws(() => new Fifo(place.path('theirs/output')), `theirs belongs to uid ${STRANGER}`);
  assert.equal(readdirSync(place.path('theirs')), []);
  const fifo = new Fifo(place.path('theirs/output'), null, true);
  fifo.close();
  assert.ok(statSync(place.path('theirs/output')).isFIFO());
});

test.skipIf(needsRoot, 'a FIFO that waits in a folder that root takes over gets no output', async () => {
  const place = prepare();
  mkdirSync(place.path(TRUE_FOLDER), 0o700);
  const fifo = place.path(`${TRUE_FOLDER}/output`);
  assert.is(spawnSync('mkfifo', [fifo]).status, 0);
  for (const path of [place.path(TRUE_FOLDER), fifo]) give(path, STRANGER);
  const { ino } = statSync(fifo);
  place.configure({ program: 'sleep 1000', 'socket-name': place.path('theirs/zdsock') });
  const held = openSync(fifo, constants.O_RDWR);
  try {
    assert.is((await place.zd('-C app.conf start')).status, 0);
    const found = statSync(fifo);
    assert.is(found.uid, 0);
    assert.is.not(found.ino, ino);
  } finally {
    closeSync(held);
  }
});

function prepare(): Place {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  for (const name of ['theirs', 'bin']) mkdirSync(place.path(name));
  give(place.path('theirs'), STRANGER);
  return place;
}

test.run();
