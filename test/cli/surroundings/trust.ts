import { chmodSync, chownSync, mkdirSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { findUser } from '../../../src/system/users';
import { clearPlaces, commandOf, makePlace, type Place } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('trust');
const rootOnly = process.getuid?.() !== 0 && 'needs root';
test.after.each(clearPlaces);

function prepare(): Place {
  const place = makePlace();
  place.write('program', '#!/bin/sh\nexec sleep 1000\n', 0o755);
  place.configure({ program: place.path('program'), 'start-seconds': '0' });
  return place;
}

const dangers: Record<string, { spoil: (place: Place) => string; what: string }> = {
  'a configuration that others can write': {
    what: 'the configuration',
    spoil: place => change(place.path('app.conf'), 0o666),
  },
  'a program that others can write': {
    what: 'the program',
    spoil: place => change(place.path('program'), 0o777),
  },
  'a program in a folder that every user can write': {
    what: 'the folder of the program',
    spoil: place => {
      const folder = place.path('open');
      mkdirSync(folder);
      place.write('open/program', '#!/bin/sh\nexec sleep 1000\n', 0o755);
      place.configure({ program: place.path('open/program'), 'start-seconds': '0' });
      return change(folder, 0o777);
    },
  },
};

for (const [name, { spoil, what }] of Object.entries(dangers)) {
  test.skipIf(rootOnly, `root refuses ${name}, and names the chmod that fixes it`, async () => {
    const place = prepare();
    const path = spoil(place);
    const refused = await place.zd('-C app.conf start');
    assert.is(refused.status, 1);
    assert.match(refused.stderr, `zd: cannot trust ${what} ${path} as root: others can write to it`);
    assert.match(refused.stderr, `chmod go-w ${path}, or use --insecure`);
    assert.is((await place.zd('-C app.conf --insecure start')).status, 0);
    await place.exec(['chmod', 'go-w', path]);
    assert.is((await place.zd('-C app.conf restart')).status, 0);
  });
}

test.skipIf(rootOnly, 'root refuses a program of another user, unless it runs as that user', async () => {
  const place = prepare();
  chmodSync(place.folder, 0o711);
  const { uid } = findUser('nobody');
  const program = place.path('program');
  chownSync(program, uid, uid);
  const refused = await place.zd('-C app.conf start');
  assert.equal(refused, {
    status: 1,
    stdout: '',
    stderr: `zd: cannot trust the program ${program} as root: it belongs to uid ${uid}, who can write to it; chown root ${program}, set user, or use --insecure\n`,
  });
  assert.is((await place.zd('-C app.conf -u nobody -s run/zdsock start')).status, 0);
  assert.is((await place.zd('-C app.conf --insecure start')).status, 0);
});

test.skipIf(rootOnly, 'root trusts a configuration without a path', async () => {
  for (const script of ['cat app.conf | "$@"', 'exec < app.conf; rm app.conf; "$@"']) {
    const place = prepare();
    const start = [...commandOf('zd'), '-C', '/dev/stdin', 'start'];
    const { status, stderr } = await place.exec(['sh', '-c', script, 'sh', ...start]);
    assert.equal([status, stderr], [0, '']);
  }
});

test('a state folder that others can write is refused, with the chmod that fixes it', async () => {
  const place = prepare();
  mkdirSync(place.path('.zdsock.zd'));
  chmodSync(place.path('.zdsock.zd'), 0o777);
  const refused = await place.zd('-C app.conf start');
  assert.is(refused.status, 1);
  assert.match(refused.stderr, /^zd: cannot use the state folder .*others can write to it; chmod 700 .*\n$/);
  assert.is((await place.zd('-C app.conf --insecure start')).status, 0);
});

test('a symlink at the path of the state folder is refused, whatever its target', async () => {
  const place = prepare();
  mkdirSync(place.path('elsewhere'), 0o700);
  symlinkSync(place.path('elsewhere'), place.path('.zdsock.zd'));
  for (const flags of ['', '--insecure ']) {
    const refused = await place.zd(`-C app.conf ${flags}start`);
    assert.is(refused.status, 1);
    assert.match(refused.stderr, 'it is not a folder; use -s with another path');
  }
  assert.is((await place.exec(['ls', '-A', 'elsewhere'])).stdout, '');
});

test('a symlink at the path of the socket is not followed', async () => {
  const place = prepare();
  place.write('precious', 'data');
  symlinkSync('precious', place.path('zdsock'));
  const refused = await place.zd('-C app.conf start');
  assert.is(refused.status, 1);
  assert.match(refused.stderr, 'exists and is not a socket');
  assert.is(place.read('precious'), 'data');
});

test('a symlink planted at the temporary name of the state is not followed', async () => {
  const place = prepare();
  place.write('precious', 'data');
  mkdirSync(place.path('.zdsock.zd'), 0o700);
  const { managerPid } = await started(place);
  symlinkSync('../precious', place.path(`.zdsock.zd/state.json.${managerPid}`));
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  assert.is(place.read('precious'), 'data');
  assert.is(JSON.parse(place.read('.zdsock.zd/state.json')).manager.pid, managerPid);
});

test('a symlink planted at the temporary name of the last output is not followed', async () => {
  const place = prepare();
  place.write('precious', 'data');
  place.write('program', '#!/bin/sh\necho words\nexec sleep 1000\n', 0o755);
  await place.zd('-C app.conf -t transcript start');
  symlinkSync('../precious', place.path('.zdsock.zd/last-output.new'));
  await waitForFile(place.path('transcript'), text => text === 'words\n');
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.is(place.read('precious'), 'data');
  assert.is(place.read('.zdsock.zd/last-output'), 'words\n');
});

async function started(place: Place) {
  await place.zd('-C app.conf start');
  return place.report();
}

function change(path: string, mode: number): string {
  chmodSync(path, mode);
  return path;
}

test.run();
