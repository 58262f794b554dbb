import { mkdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, flavours, makePlace } from '../../helpers/cli';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { until, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('fg');
test.after.each(clearPlaces);

for (const flavour of flavours) {
  for (const action of ['fg', 'foreground']) {
    test(`${flavour}: ${action} runs the program here, with more words and our standard input`, async () => {
      const place = makePlace();
      const ran = await place.run(flavour, ['-p', 'cat -n', action, '-', '-E'], { input: 'hello\n' });
      const echo = flavour === 'zdaemon' ? 'cat -n - -E\n' : '';
      assert.equal(ran, { status: 0, stdout: `${echo}     1\thello$\n`, stderr: '' });
      assert.is((await place.exec(['ls', '-A'])).stdout, '');
    });
  }
}

test("the exit status is the program's to zd, and 0 to zdaemon", async () => {
  const place = makePlace();
  const command = ['-p', `${fixture('crash.sh')} 7`, 'fg'];
  const stderr = 'with status 7\n';
  assert.equal(await place.zd(command), { status: 7, stdout: 'crashing now\n', stderr });
  const stdout = `${fixture('crash.sh')} 7\ncrashing now\n`;
  assert.equal(await place.zdaemon(command), { status: 0, stdout, stderr });
  place.write('suicide.sh', 'kill -KILL $$');
  assert.is((await place.zd(['-p', 'sh suicide.sh', 'fg'])).status, 128 + 9);
  assert.is((await place.zdaemon(['-p', 'sh suicide.sh', 'fg'])).status, 0);
});

test('a program that cannot be found fails for zd', async () => {
  const place = makePlace();
  const honest = await place.zd('-p ./missing fg x');
  assert.equal([honest.status, honest.stdout], [1, '']);
  assert.match(honest.stderr, "zd: cannot run missing: can't stat program './missing'");
  const typo = await place.zd('-p no-such-program fg');
  assert.is(typo.stderr, 'zd: cannot run no-such-program: no-such-program is not on PATH\n');
  const careless = await place.zdaemon('-p ./missing fg');
  assert.equal([careless.status, careless.stdout], [0, './missing\n']);
});

test('zdaemon: environment applies; directory, umask and transcript do not', async () => {
  const place = makePlace();
  mkdirSync(place.path('work'));
  const script = 'echo "$GREETING $(pwd) $(umask)"';
  place.write('show.sh', script);
  place.configure(
    {
      program: `sh ${place.path('show.sh')}`,
      directory: place.path('work'),
      umask: '077',
      transcript: 'log',
    },
    '<environment>\nGREETING hello\n</environment>\n',
  );
  const { stdout } = await place.exec([
    'sh',
    '-c',
    `umask 013; exec ${commandOf('zdaemon').join(' ')} -C app.conf fg`,
  ]);
  assert.is(stdout, `sh ${place.path('show.sh')}\nhello ${place.folder} 0013\n`);
  assert.is((await place.exec(['ls', 'work'])).stdout, '');
});

test('zd: environment, directory and umask apply, transcript does not', async () => {
  const place = makePlace();
  const script = 'echo "$GREETING $PWD $(pwd) $(umask)"';
  place.write('show.sh', script);
  place.configure(
    { program: `sh ${place.path('show.sh')}`, directory: 'work', umask: '077', transcript: 'log' },
    '<environment>\nGREETING hello\n</environment>\n',
  );
  const work = place.path('work');
  const { stdout } = await place.zd('-C app.conf fg');
  assert.is(stdout, `hello ${work} ${work} 0077\n`, 'a missing directory is created, as by start');
  assert.is((await place.exec(['ls', '-A', 'work'])).stdout, '');
  place.configure({ program: `sh ${place.path('show.sh')}` });
  const plain = ['sh', '-c', `umask 013; exec ${commandOf('zd').join(' ')} -C app.conf fg`];
  assert.match((await place.exec(plain)).stdout, / 0013\n$/);
});

test('zd: a program with a relative path starts in the directory', async () => {
  const place = makePlace();
  place.write('work/app', '#!/bin/sh\necho here\n', 0o755);
  assert.is((await place.zd('-p ./app -z work fg')).stdout, 'here\n');
  const closed = await place.zd('-p true -z app.conf/x fg');
  assert.is(closed.status, 2);
  assert.match(closed.stderr, /^zd: cannot create the directory .*app\.conf\/x/);
});

test.skipIf(ptyMissing, 'zd: on a terminal the command line is shown, quoted for a shell', async () => {
  const place = makePlace();
  const [command = '', ...args] = [...commandOf('zd'), '-p', "echo 'a  b' $HOME", 'fg', "it's"];
  const terminal = openTerminal(command, args, { cwd: place.folder });
  await within(30, terminal.exit, 'the end of fg');
  assert.is(terminal.screen(), `echo 'a  b' '$HOME' 'it'\\''s'\na  b $HOME it's\n`);
  // Standard output is only the program's, also on a terminal.
  const [shell, line] = ['sh', `exec ${commandOf('zd').join(' ')} -p 'echo x' fg > out`];
  const second = openTerminal(shell, ['-c', line], { cwd: place.folder });
  await within(30, second.exit, 'the end of fg');
  assert.equal([second.screen(), place.read('out')], ['echo x\n', 'x\n']);
});

test('while the program is up it is not run a second time', async () => {
  const place = makePlace();
  await place.zd(['-p', 'sleep 1000', 'start']);
  const stdout = 'To run the program in the foreground, please stop it first.\n';
  assert.equal(await place.zdaemon(['-p', 'sleep 1000', 'fg']), { status: 0, stdout, stderr: '' });
  assert.equal(await place.zd(['-p', 'sleep 1000', 'fg']), {
    status: 1,
    stdout: '',
    stderr:
      'zd: cannot run sleep in the foreground: it runs in the background; stop it first, or follow its output: zd logtail\n',
  });
});

test('SIGTERM is passed on to the program, whose end we wait for', async () => {
  const place = makePlace();
  place.write('polite.sh', 'trap "echo bye; exit 5" TERM; echo up; while :; do sleep 0.01; done');
  const running = place.launch([...commandOf('zd'), '-p', 'sh polite.sh', 'fg']);
  await until(30, 'the program', () => running.output().includes('up\n'));
  running.child.kill('SIGTERM');
  assert.equal(await running.done, { status: 5, stdout: 'up\nbye\n', stderr: '' });
});

for (const [flavour, code] of [
  ['zd', 130],
  ['zdaemon', 0],
] as const) {
  test.skipIf(ptyMissing, `${flavour}: Ctrl-C ends the program and prints a newline`, async () => {
    const place = makePlace();
    place.write('show.sh', 'test -t 0 && test -t 1 && echo on a terminal; exec sleep 1000');
    const [command = '', ...args] = [...commandOf(flavour), '-p', 'sh show.sh', 'fg'];
    const terminal = openTerminal(command, args, { cwd: place.folder });
    await terminal.waitFor('on a terminal\n');
    terminal.press('ctrl-c');
    assert.equal(await within(30, terminal.exit, 'the end of fg'), { code, signal: null });
    assert.is(terminal.screen(), 'sh show.sh\non a terminal\n^C\n');
  });
}

test.run();
