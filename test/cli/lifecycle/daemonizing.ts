import { chmodSync, mkdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, pidIn, statusOf } from '../../helpers/cli';
import { isAlive, keeperOf, openDescriptors } from '../../helpers/processes';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('becoming a daemon');
test.after.each(clearPlaces);

const zd = commandOf('zd').join(' ');
const isRoot = process.getuid?.() === 0;
const cannotBeUser = isRoot && process.platform !== 'linux' && 'needs setpriv(1)';

test('manager and program each have a separate session and no terminal', async () => {
  const place = makePlace();
  const pid = pidIn(await place.zdaemon(['-p', 'sleep 1000', 'start']));
  const { managerPid } = await place.report();
  for (const process of [pid, managerPid, keeperOf(managerPid) ?? managerPid]) {
    assert.equal([statusOf(process, 'NSsid'), statusOf(process, 'NSpgid')], [`${process}`, `${process}`]);
  }
  assert.is(statusOf(pid, 'PPid'), String(keeperOf(managerPid) ?? managerPid));
});

test("the program has three descriptors, the manager none of its caller's", async () => {
  const place = makePlace();
  const held = place.write('held', '');
  const script = `import os, sys
fd = os.open(${JSON.stringify(held)}, os.O_RDONLY)
for number in (5, 9, 63, 200, 251): os.dup2(fd, number)
os.execvp(sys.argv[1], sys.argv[1:])`;
  const started = await place.exec([
    'python3',
    '-c',
    script,
    ...commandOf('zdaemon'),
    '-p',
    'sleep 1000',
    'start',
  ]);
  const pid = pidIn(started);
  const ofProgram = openDescriptors(pid);
  assert.equal([...ofProgram.keys()], [0, 1, 2]);
  assert.is(ofProgram.get(0), '/dev/null');
  assert.is(ofProgram.get(1), ofProgram.get(2));
  const ofManager = openDescriptors((await place.report()).managerPid);
  assert.not.ok([...ofManager.values()].includes(held));
  for (const number of [0, 1, 2]) assert.is(ofManager.get(number), '/dev/null');
});

test('signals have their default effect in the program, and none is blocked', async () => {
  const place = makePlace();
  const pid = pidIn(
    await place.exec(['sh', '-c', `trap '' HUP PIPE USR1; exec ${zd} -p 'sleep 1000' start`]),
  );
  assert.is(BigInt(`0x${statusOf(pid, 'SigIgn')}`) & ~0n, 0n);
  assert.is(BigInt(`0x${statusOf(pid, 'SigBlk')}`), 0n);
});

test('the words of the program are its argv, with the first one as written', async () => {
  const place = makePlace();
  const pid = pidIn(await place.zdaemon(['-p', 'sleep  1000', 'start']));
  assert.is(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), 'sleep\x001000\0');
});

test.skipIf(cannotBeUser, 'a caller whose umask would deny access to his own folders', async () => {
  const place = makePlace();
  chmodSync(place.folder, 0o777);
  const asUser = isRoot ? ['setpriv', '--reuid=nobody', '--regid=65534', '--clear-groups'] : [];
  const command = [...commandOf('zd'), '-s', 'run/zdsock', '-p', 'sleep 1000', 'start'];
  const started = await place.exec([...asUser, 'sh', '-c', 'umask 777; exec "$@"', 'sh', ...command]);
  assert.is(started.status, 0, started.stderr);
  assert.is(statSync(place.path('run/.zdsock.zd')).mode & 0o777, 0o700);
});

test('umask and directory are set, and the last component of the directory is created if missing', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', directory: place.path('work'), umask: '027', transcript: 'log' });
  const pid = pidIn(await place.zdaemon('-C app.conf start'));
  assert.is(statusOf(pid, 'Umask'), '0027');
  assert.is(readlinkSync(`/proc/${pid}/cwd`), place.path('work'));
  // A relative transcript is resolved against the directory.
  assert.is((await place.exec(['ls', 'work'])).stdout, 'log\n');
  await place.zdaemon('stop');
  const plain = pidIn(await place.zdaemon(['-p', 'sleep 1000', 'start']));
  assert.is(statusOf(plain, 'Umask'), '0022');
  assert.is(readlinkSync(`/proc/${plain}/cwd`), place.folder);
});

test('a relative program is found in the directory, or where zd was called', async () => {
  const place = makePlace();
  mkdirSync(place.path('work'));
  place.write('work/in-work', '#!/bin/sh\nexec sleep 1000\n', 0o755);
  place.write('here', '#!/bin/sh\nexec sleep 1000\n', 0o755);
  for (const program of ['./in-work', './here']) {
    const started = await place.zdaemon([
      '-p',
      program,
      '-z',
      place.path('work'),
      '-s',
      program.slice(2, 4),
      'start',
    ]);
    assert.is(started.status, 0, started.stderr);
  }
});

test('a command substitution and a pipe return when start does', async () => {
  const place = makePlace();
  const script = `x=$(${zd} -p 'sleep 1000' start 2>&1); echo "got: $x"; ${zd} -p 'sleep 1000' start | cat`;
  const { stdout } = await place.exec(['sh', '-c', script]);
  assert.match(
    stdout,
    /^got: \n?daemon process started, pid=\d+\ndaemon process already running; pid=\d+\n$/,
  );
});

test.skipIf(ptyMissing, 'Ctrl-C and the end of the terminal reach neither manager nor program', async () => {
  const place = makePlace();
  const script = `cd ${place.folder}; ${zd} -p 'sleep 1000' -t log start; echo up; exec sleep 1000`;
  const terminal = openTerminal('sh', ['-c', script], { env: { ZD_TEST_PLACE: place.folder } });
  const pid = Number(/\d+$/.exec(await terminal.waitFor(/pid=\d+/))?.[0]);
  await terminal.waitFor('up\n');
  const { managerPid } = await place.report();
  terminal.press('ctrl-c');
  await within(30, terminal.exit, 'the end of the shell');
  terminal.close();
  assert.is((await place.zd('status')).stdout, `program running; pid=${pid}\n`);
  assert.ok(isAlive(managerPid));
});

test('a killed launcher does not end the manager', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-test-program': 'sh -c "touch testing; exit 1"' });
  const starting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await place.exec(['sh', '-c', 'while [ ! -e testing ]; do sleep 0.02; done']);
  starting.child.kill('SIGKILL');
  await starting.done;
  assert.is((await place.zd('status')).status, 0);
});

test.run();
