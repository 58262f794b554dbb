import { rmSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { isWritten, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('broken configuration files');
test.after.each(clearPlaces);

const INI =
  "[runner]\nprogram = sh -c 'echo hello; exec sleep 1000'\nsocket-name = app.sock\ntranscript = out.log\n";
const ZCONFIG =
  "%define here run\n<runner>\n  program sh -c 'echo hello; exec sleep 1000'\n  socket-name $here/app.sock\n" +
  '  transcript out.log\n</runner>\n';

/** Starts the program of a file, and then breaks the file. */
async function startAndBreak(file: string, broken: string): Promise<{ place: Place; pid: number }> {
  const place = makePlace();
  place.write('app/app.conf', file);
  const pid = pidIn(await place.zd('-C app/app.conf start'));
  await waitForFile(place.path('app/out.log'), isWritten);
  place.write('app/app.conf', broken);
  return { place, pid };
}

const faults: [what: string, file: string, broken: string, fault: string][] = [
  ['an unknown section', INI, `${INI}[bogus]\n`, "app/app.conf:5: unknown section 'bogus'"],
  ['an unknown key', INI, `${INI}umsak = 7\n`, "app/app.conf:5: unknown key 'umsak'"],
  ['a value of the wrong type', INI, `${INI}umask = 9\n`, 'app/app.conf:5: umask must be'],
  ['no program', INI, INI.replace(/program.*\n/, ''), "no values for 'program'"],
  ['no header', INI, INI.replace('[runner]\n', ''), 'is outside any section'],
  ['a typo in the header', INI, INI.replace('runner', 'runer'), "unknown section 'runer'"],
  ['bytes that are not text', INI, `${INI}umask = \0\n`, 'there is a NUL character'],
  ['a section that is not closed', ZCONFIG, ZCONFIG.replace('</runner>\n', ''), 'is not closed'],
  ['a $ without a definition', ZCONFIG, ZCONFIG.replace('out.log', '$no'), "'no' is not defined"],
];

for (const [what, file, broken, fault] of faults) {
  test(`with ${what}, the commands that need only the socket say so and go on`, async () => {
    const { place, pid } = await startAndBreak(file, broken);
    for (const [command, stdout] of [
      ['status', `program running; pid=${pid}\n`],
      ['kill CONT', `kill(${pid}, 18)\nsignal SIGCONT sent to process ${pid}\n`],
      ['reopen_transcript', ''],
      ['logtail --no-follow', 'hello\n'],
    ] as const) {
      const outcome = await place.zd(`-C app/app.conf ${command}`);
      assert.equal([outcome.status, outcome.stdout], [0, stdout], `${command}: ${outcome.stderr}`);
      assert.ok(outcome.stderr.startsWith('zd: ') && outcome.stderr.includes(fault), outcome.stderr);
      assert.is(outcome.stderr.split('\n').length, 2, outcome.stderr);
    }
    const waiting = place.zd('-C app/app.conf wait');
    const stopped = await place.zd('-C app/app.conf stop', { cwd: place.folder });
    assert.equal([stopped.status, stopped.stdout], [0, 'daemon process stopped\n']);
    assert.ok(stopped.stderr.includes(fault), stopped.stderr);
    // It may have come too late, and then nothing is known to run.
    assert.ok([0, 2].includes((await waiting).status));
  });
}

test('a restart is refused, from every folder, and the program goes on', async () => {
  const { place, pid } = await startAndBreak(INI, `${INI}[bogus]\n`);
  const { status, stdout, stderr } = await place.zd(['-C', place.path('app/app.conf'), 'restart'], {
    cwd: '/',
  });
  assert.equal([status, stdout], [2, '']);
  assert.match(stderr, new RegExp(`app.conf:5: .*; nothing was stopped, pid ${pid} goes on\\n$`));
  assert.is((await place.report('app/app.sock')).pid, pid);
});

test('where nothing runs, the fault is the answer: another socket may be meant', async () => {
  const place = makePlace();
  place.write('app.conf', `${INI}[bogus]\n`);
  for (const command of ['status', 'stop', 'kill', 'wait', 'logtail', 'reopen_transcript', 'restart']) {
    const { status, stdout, stderr } = await place.zd(`-C app.conf ${command}`);
    assert.equal([status, stdout], [2, ''], command);
    assert.match(stderr, /^zd: app.conf:5: unknown section 'bogus'; valid sections are .*\n$/);
  }
});

test('other commands, a socket that cannot be told, and faults of the command line are refused', async () => {
  const { place, pid } = await startAndBreak(INI, `${INI}[bogus]\n`);
  for (const command of ['start', 'fg', 'check', 'upgrade', 'show'])
    assert.is((await place.zd(`-C app/app.conf ${command}`)).status, 2, command);
  assert.is((await place.zd('-C app/app.conf --nonsense status')).status, 2);
  place.write('app/app.conf', INI);
  assert.is((await place.zd('-C app/app.conf -X bogus/x=1 stop')).status, 2);
  assert.is((await place.zd('-C app/app.conf -b ten stop')).status, 2);
  place.write('app/app.conf', `${INI}socket-name = other.sock\n`);
  assert.is((await place.zd('-C app/app.conf stop')).status, 2);
  assert.is((await place.report('app/app.sock')).pid, pid);
});

test('-s and -X name the socket where the file does not', async () => {
  const { place, pid } = await startAndBreak(INI, '[runner\nnonsense');
  assert.is((await place.zd('-C app/app.conf status')).status, 2);
  const running = `program running; pid=${pid}\n`;
  assert.is((await place.zd('-C app/app.conf -s app/app.sock status')).stdout, running);
  const over = ['-X', 'runner/socket-name=app/app.sock'];
  assert.is((await place.zd(['-C', 'app/app.conf', ...over, 'status'])).stdout, running);
  rmSync(place.path('app/app.conf'));
  assert.is((await place.zd('-C app/app.conf status')).status, 2);
  const gone = await place.zd('-C app/app.conf -s app/app.sock status');
  assert.equal([gone.status, gone.stdout], [0, running]);
  assert.match(gone.stderr, /^zd: cannot read app\/app.conf: no such file or directory/);
});

test('the program of another file is still not stopped', async () => {
  const place = makePlace();
  place.write('a.conf', '[runner]\nprogram = sleep 1000\n');
  await place.zd('-C a.conf start');
  place.write('b.conf', '[runner]\nprogram = sleep 1000\n[bogus]\n');
  const { status, stderr } = await place.zd('-C b.conf stop');
  assert.is(status, 1);
  assert.match(stderr, /^zd: b.conf:3: unknown section .*\nzd: cannot stop: zdsock is in use by a.conf/);
});

test('zdaemon refuses every command', async () => {
  const { place } = await startAndBreak(INI, `${INI}[bogus]\n`);
  for (const command of ['status', 'stop', 'restart']) {
    const { status, stderr } = await place.zdaemon(`-C app/app.conf ${command}`);
    assert.is(status, 2, command);
    assert.not.ok(stderr.includes('goes on'));
  }
});

test.run();
