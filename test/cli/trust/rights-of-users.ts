import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { findUser } from '../../../src/system/users';
import {
  clearPlaces,
  commandOf,
  type Flavour,
  makePlace,
  type Place,
  pidIn,
  statusOf,
} from '../../helpers/cli';
import { isAlive, killWithKeeper, waitForEnd } from '../../helpers/processes';
import { asUser, give, Impostor, needsRoot, plainStatus, STRANGER } from '../../helpers/strangers';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* What root does because of something that is not root's stays within the rights of its owner. */

const test = suite('rights of users');
test.after.each(clearPlaces);

/** The user that configurations name; called only as root. */
const nobody = () => findUser('nobody');

const spoiled: Record<string, (place: Place) => void> = {
  'the configuration changes': place => evil(place, 'app.conf', '<runner>\n', '</runner>\n'),
  'an included file changes': place => {
    place.write('app.conf', '%include more.conf\n');
    evil(place, 'more.conf', '<runner>\n', '</runner>\n');
  },
  'the program changes': place =>
    give(place.write('bin/other', '#!/bin/sh\nexec sleep 1000\n', 0o755), STRANGER),
};

for (const [name, spoil] of Object.entries(spoiled)) {
  for (const command of ['start', 'restart']) {
    test.skipIf(needsRoot, `${name} while a manager hangs around: ${command} sends nothing`, async () => {
      const place = openPlace();
      const program = name === 'the program changes' ? place.path('bin/other') : 'sleep 1000';
      place.write('bin/other', '#!/bin/sh\nexec sleep 1000\n', 0o755);
      place.configure({ program, 'hang-around': 'on', 'start-seconds': '0' });
      await place.zd('-C app.conf start');
      await place.zd('-C app.conf stop');
      spoil(place);
      const refused = await place.zd(`-C app.conf ${command}`);
      assert.is(refused.status, 1);
      assert.match(refused.stderr, /^zd: cannot trust .* as root: it belongs to uid 54321/);
      const { pid, restarts } = await place.report();
      assert.equal([pid, restarts], [null, 0]);
      assert.not(existsSync(place.path('ran')));
    });
  }
}

test.skipIf(needsRoot, 'a program that others can write by now is not started again', async () => {
  const place = openPlace();
  const program = place.write('bin/program', '#!/bin/sh\nexec sleep 1000\n', 0o755);
  place.configure(
    { program, 'start-seconds': '0' },
    `<eventlog>\n  <logfile>\n    path ${place.path('events')}\n  </logfile>\n</eventlog>\n`,
  );
  const pid = pidIn(await place.zd('-C app.conf start'));
  chmodSync(program, 0o777);
  process.kill(pid, 'SIGKILL');
  await waitForFile(place.path('events'), text =>
    text.includes(`cannot trust the program ${program} as root`),
  );
  assert.is((await place.report()).pid, null);
  chmodSync(program, 0o755);
  await until(30, 'the program', async () => (await place.report()).pid);
});

test.skipIf(needsRoot, "a user's configuration cannot reach a daemon of root's", async () => {
  const place = openPlace();
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  const { managerPid } = await place.report();
  lendConfiguration(place, { program: 'sleep 1001', user: 'nobody', 'socket-name': place.path('zdsock') });
  for (const command of ['restart', 'stop', 'start', 'kill', 'status', 'upgrade', 'reopen_transcript']) {
    const refused = await place.zd(`-C theirs/app.conf ${command}`);
    assert.is(refused.status, 4, command);
    assert.match(refused.stderr, `it belongs to uid 0, and a manager of uid ${nobody().uid} was expected`);
  }
  assert.ok(isAlive(pid));
  await killWithKeeper(managerPid);
  for (const command of ['start', 'restart', 'stop', 'kill', 'status', 'wait', 'fg']) {
    const refused = await place.zd(`-C theirs/app.conf ${command}`);
    assert.match(refused.stderr, /cannot trust the (state folder|socket) .* belongs to uid 0/, command);
    assert.ok(isAlive(pid), 'it is not taken over either');
  }
});

test.skipIf(needsRoot, "a user's configuration makes nothing that the user could not make", async () => {
  const place = openPlace();
  const common = { program: 'sleep 1000', user: 'nobody', 'start-seconds': '0' };
  lendConfiguration(place, { ...common, 'socket-name': place.path('new/zdsock') });
  assert.match(
    (await place.zd('-C theirs/app.conf start')).stderr,
    /cannot create the state folder .*denied/,
  );
  lendConfiguration(place, { ...common, 'socket-name': 'theirs/zdsock', directory: place.path('new') });
  assert.match((await place.zd('-C theirs/app.conf start')).stderr, /cannot create the directory .*denied/);
  assert.not(existsSync(place.path('new')));
  place.write('secret.conf', '<environment>\n  A secret\n</environment>\n', 0o600);
  lendConfiguration(
    place,
    { ...common, 'socket-name': 'theirs/zdsock' },
    `%include ${place.path('secret.conf')}\n`,
  );
  const refused = await place.zd('-C theirs/app.conf start');
  assert.match(
    refused.stderr,
    /cannot trust the included file .*nobody, who cannot read it: permission denied/,
  );
});

for (const key of ['transcript', 'logfile']) {
  test.skipIf(
    needsRoot,
    `logtail reads as ${key} of a user's configuration what the user can read`,
    async () => {
      const place = openPlace();
      const [secret, own] = [place.write('secret', 'secret\n', 0o600), place.write('theirs/log', 'line\n')];
      symlinkSync(secret, place.path('theirs/link'));
      const tail = (path: string, flavour: Flavour = 'zd') => {
        lendConfiguration(place, { program: 'sleep 1000', user: 'nobody', [key]: path });
        const words =
          flavour === 'zd' ? '-C theirs/app.conf logtail --no-follow' : '-C theirs/app.conf logtail';
        return place.run(flavour, words);
      };
      assert.is((await tail(own)).stdout, 'line\n');
      for (const path of [secret, place.path('theirs/link')]) {
        const refused = await tail(path);
        assert.is(refused.stdout, '');
        assert.match(refused.stderr, /cannot read .*: permission denied/);
        if (key === 'logfile') assert.match((await tail(path, 'zdaemon')).stdout, /Permission denied/);
      }
      const named = await place.zd(`-C theirs/app.conf logtail --no-follow ${secret}`);
      assert.is(named.stdout, 'secret\n', 'root itself asks for it');
    },
  );
}

test.skipIf(needsRoot, "a user's configuration works within the user's rights", async () => {
  const place = openPlace();
  lendConfiguration(place, {
    program: 'sleep 1000',
    user: 'nobody',
    'socket-name': place.path('theirs/run/zdsock'),
    directory: place.path('theirs/work'),
  });
  const started = await place.zd('-C theirs/app.conf start');
  assert.equal([started.status, started.stderr], [0, '']);
  for (const name of ['theirs/run', 'theirs/run/.zdsock.zd', 'theirs/work'])
    assert.is(statSync(place.path(name)).uid, nobody().uid, name);
  assert.is((await place.zd('-C theirs/app.conf restart')).status, 0);
  assert.is((await place.zd('-s theirs/run/zdsock status')).status, 0, 'without a configuration as well');
  assert.is((await place.zd('-C theirs/app.conf stop')).status, 0);
});

test.skipIf(
  needsRoot,
  "root's configuration with a user makes folders in root's place and gives them away",
  async () => {
    const place = openPlace();
    const own = { 'socket-name': place.path('run/zdsock'), directory: place.path('work') };
    place.configure({ program: 'sleep 1000', user: 'nobody', ...own });
    assert.is((await place.zd('-C app.conf start')).status, 0);
    for (const name of ['run', 'run/.zdsock.zd', 'work'])
      assert.is(statSync(place.path(name)).uid, nobody().uid, name);
    assert.is((await place.zd('-C app.conf stop')).status, 0);
  },
);

test.skipIf(
  needsRoot,
  'a state folder that was left in order serves the next user, whatever it is',
  async () => {
    const place = openPlace();
    mkdirSync(place.path('run'));
    for (const user of ['nobody', 'root', 'daemon', 'root']) {
      place.configure({ program: 'sleep 1000', user, 'socket-name': place.path('run/zdsock') });
      chownSync(place.path('run'), findUser(user).uid, findUser(user).gid);
      const started = await place.zd('-C app.conf start');
      assert.equal([started.status, started.stderr], [0, ''], user);
      assert.is(statusOf(pidIn(started), 'Uid').split('\t')[0], String(findUser(user).uid));
      assert.is((await place.zd('-C app.conf stop')).status, 0, user);
    }
  },
);

const shells: Record<string, (place: Place) => void> = {
  "a user's folder": place => chownSync(place.path('run'), nobody().uid, nobody().gid),
  'a folder of everybody': place => chmodSync(place.path('run'), 0o1777),
};

for (const [name, make] of Object.entries(shells)) {
  test.skipIf(needsRoot, `after a start and stop by root in ${name}, its user can start`, async () => {
    const place = openPlace();
    mkdirSync(place.path('run'));
    make(place);
    const words = ['-s', place.path('run/zdsock'), '-p', 'sleep 1000'];
    assert.is((await place.zd([...words, 'start'])).status, 0);
    assert.is((await place.zd([...words, 'stop'])).status, 0);
    const asNobody = (command: string) =>
      place.exec(asUser(nobody().uid, [...commandOf('zd'), ...words, command]), { cwd: '/' });
    const started = await asNobody('start');
    assert.equal([started.status, started.stderr], [0, '']);
    assert.is((await asNobody('stop')).status, 0);
  });
}

test.skipIf(needsRoot, 'the pid that a manager of zdaemon reports is not signalled by root', async () => {
  const place = openPlace();
  mkdirSync(place.path('run'));
  const victim = place.launch(['sleep', '1000']);
  const impostor = await Impostor.at(
    place.path('run/zdsock'),
    nobody().uid,
    plainStatus(victim.child.pid as number),
  );
  give(place.path('run'), nobody().uid);
  try {
    const { status, stderr } = await place.zd('-s run/zdsock kill KILL');
    assert.is(status, 1);
    assert.match(stderr, /^zd: cannot signal process \d+: status=running/);
    assert.match(impostor.heard.at(-1) ?? '', /^kill 9\n$/);
    assert.ok(isAlive(victim.child.pid as number));
  } finally {
    await impostor.close();
  }
});

test.skipIf(
  needsRoot,
  'a program is found again after its state folder was given away and back',
  async () => {
    const place = openPlace();
    place.configure({ program: 'sleep 1000', user: 'nobody', 'socket-name': place.path('run/zdsock') });
    await place.zd('-C app.conf start');
    const folder = place.path('run/.zdsock.zd');
    chownSync(folder, 0, 0);
    const pid = pidIn(await place.zd('-C app.conf restart'));
    const { managerPid } = await place.report('run/zdsock');
    await killWithKeeper(managerPid);
    chownSync(folder, nobody().uid, nobody().gid);
    const again = await place.zd('-C app.conf start');
    assert.is(again.stdout, `daemon process already running; pid=${pid}\n`);
    assert.is((await place.zd('-C app.conf stop')).status, 0);
    await waitForEnd(pid);
  },
);

test('words of a program and of its state cannot attack the terminal', async () => {
  const place = makePlace();
  place.write('program', `#!/bin/sh\nprintf '\\033]0;x\\007 \\302\\233 bad\\n'; exit 3\n`, 0o755);
  const failed = await place.zd(['-p', place.path('program'), 'start']);
  const told = await place.zd('status -v');
  for (const text of [failed.stderr, told.stdout]) {
    assert.match(text, '^[]0;x^G \\x9b bad');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    assert.not.match(text, /[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
  }
  await place.zd(['-p', `sh -c 'exec sleep 1000' \u009b \u007f`, 'start']);
  const { stdout } = await place.zd('status --json');
  assert.not.match(stdout, /[\x7f-\x9f]/);
  assert.equal(JSON.parse(stdout).args.slice(3), ['\u009b', '\u007f']);
});

function openPlace(): Place {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  return place;
}

/** A section of another user's that would run something. */
function evil(place: Place, name: string, before: string, after: string): void {
  rmSync(place.path(name), { force: true });
  give(place.write(name, `${before}  program touch ${place.path('ran')}\n${after}`), STRANGER);
}

/** A folder of nobody's with a configuration of nobody's. */
function lendConfiguration(place: Place, runner: Record<string, string>, sections = ''): void {
  const lines = Object.entries(runner).map(([key, value]) => `  ${key} ${value}\n`);
  give(place.write('theirs/app.conf', `<runner>\n${lines.join('')}</runner>\n${sections}`), nobody().uid);
  give(place.path('theirs'), nobody().uid);
}

test.run();
