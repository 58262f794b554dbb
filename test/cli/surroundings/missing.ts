import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, pidIn } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('surroundings that are missing');
test.after.each(clearPlaces);

const isRoot = process.getuid?.() === 0;
const needsRoot = !isRoot && 'needs a user without a password entry';
const unshared = spawnSync('unshare', ['-m', 'sh', '-c', 'umount -l /proc && ! test -e /proc/self']);
const needsUnshare = unshared.status !== 0 && 'needs a mount namespace of its own';

/** Runs a command in a folder that has been removed. */
function inRemoved(place: Place, words: string[]) {
  const name = place.path('removed');
  const script = 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"';
  return place.exec(['sh', '-c', script, name, ...words]);
}

test('in a removed folder, every command works whose paths are absolute', async () => {
  const place = makePlace();
  place.write(
    'app.conf',
    `[runner]\nprogram = /bin/sh -c "pwd; exec sleep 1000"\nsocket-name = ${place.path('zdsock')}\n`,
  );
  const zd = (...words: string[]) =>
    inRemoved(place, [...commandOf('zd'), '-C', place.path('app.conf'), '-t', place.path('log'), ...words]);
  assert.is((await zd('check')).status, 0);
  const pid = pidIn(await zd('start'));
  await waitForFile(place.path('log'), text => text === `${place.folder}\n`);
  assert.is((await zd('start')).stdout, `daemon process already running; pid=${pid}\n`);
  assert.is((await zd('upgrade')).status, 0);
  assert.is.not(pidIn(await zd('restart')), pid);
  assert.is((await zd('stop')).status, 0);
  assert.is(
    (await inRemoved(place, [...commandOf('zd'), '-s', place.path('s'), '-p', '/bin/echo x', 'fg'])).stdout,
    'x\n',
  );
});

test('what is relative to it is refused with that reason', async () => {
  const place = makePlace();
  for (const words of [
    ['-s', place.path('s'), '-p', './app', 'start'],
    ['-s', place.path('s'), '-p', './app', 'fg'],
    ['-p', '/bin/sleep 1', 'start'],
    ['-s', place.path('s'), '-p', '/bin/sleep 1', '-t', 'log', 'check'],
  ]) {
    const { status, stderr } = await inRemoved(place, [...commandOf('zd'), ...words]);
    assert.is(status, 1);
    assert.match(stderr, 'cannot determine the current folder: it has been removed; cd to one that exists');
  }
});

test("PWD names the program's folder, and OLDPWD does not remain from another one", async () => {
  const place = makePlace({ env: { PWD: '/', OLDPWD: '/usr' } });
  mkdirSync(place.path('work'));
  symlinkSync('work', place.path('link'));
  const variables = async (runner: Record<string, string>, env: Record<string, string> = {}) => {
    place.configure({
      program: '/usr/bin/env',
      transcript: place.path('log'),
      'start-seconds': '0',
      ...runner,
    });
    place.write('log', '');
    await place.zd('-C app.conf start', { env });
    const text = await waitForFile(place.path('log'), log => log.includes('\nPATH='));
    await place.zd('-C app.conf stop');
    return text
      .split('\n')
      .filter(line => /^(OLD)?PWD=/.test(line))
      .sort();
  };
  assert.equal(await variables({ directory: 'work' }), [`PWD=${place.path('work')}`]);
  assert.equal(await variables({ directory: 'link' }), [`PWD=${place.path('link')}`]);
  assert.equal(await variables({}, { PWD: place.folder }), ['OLDPWD=/usr', `PWD=${place.folder}`]);
  assert.equal(await variables({}), [`PWD=${place.folder}`]);
});

test.skipIf(needsRoot, 'without a password entry and HOME, ~ is refused in one sentence', async () => {
  const place = makePlace();
  const zd = (...words: string[]) =>
    place.exec([
      'setpriv',
      '--reuid=4242',
      '--regid=4242',
      '--clear-groups',
      'env',
      '-i',
      `PATH=${process.env.PATH}`,
      ...commandOf('zd'),
      ...words,
    ]);
  place.write('app.conf', '[runner]\nprogram = sleep 1\nsocket-name = ~/sock\n', 0o644);
  place.write(
    'log.conf',
    '<runner>\nprogram sleep 1\n</runner>\n<eventlog>\npath ~/log\n</eventlog>\n',
    0o644,
  );
  spawnSync('chmod', ['-R', 'a+rX', place.folder]);
  const reason =
    'begins with ~, but HOME is not set and uid 4242 is not in the password database; set HOME, or write the path in full';
  for (const [words, where] of [
    [['-C', 'app.conf', 'status'], 'app.conf:3: socket-name'],
    [['-C', 'log.conf', 'check'], 'log.conf:5: path'],
    [['-t', '~/log', '-p', 'sleep 1', 'check'], '-t: transcript'],
  ] as [string[], string][])
    assert.equal(await zd(...words), { status: 2, stdout: '', stderr: `zd: ${where} ${reason}\n` });
  const doctor = await zd('doctor');
  assert.not.match(doctor.stderr, 'bug');
});

test.skipIf(needsUnshare, 'without /proc, a program is started and stopped', async () => {
  const place = makePlace();
  const zd = commandOf('zd').join(' ');
  const script = `umount -l /proc; ${zd} -p 'sh -c "echo hello; exec sleep 1000"' -t log start && ${zd} status && ${zd} stop && ${zd} doctor`;
  const { status, stdout, stderr } = await place.exec(['unshare', '-m', 'sh', '-c', script]);
  assert.equal([status, stderr], [0, '']);
  assert.match(stdout, /started, pid=\d+\nprogram running; pid=\d+\ndaemon process stopped\n/);
  assert.is(place.read('log'), 'hello\n');
});

test.run();
