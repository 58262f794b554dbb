import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace } from '../../helpers/cli';
import { childrenOf, commandLine, isAlive, waitForEnd } from '../../helpers/processes';
import { openTerminal, ptyMissing, type Terminal } from '../../helpers/pty';
import { until, waitForFile } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';

const test = suite('fg --transcript');
const open: Terminal[] = [];
test.after.each(() => {
  for (const one of open.splice(0)) one.close();
  return clearPlaces();
});

test('the output goes to the transcript and to both streams of the caller', async () => {
  const place = makePlace();
  place.write('app.sh', 'echo out; echo err >&2; read line; echo "$line $*"; exit 3\n');
  place.configure({ program: 'sh app.sh', transcript: 'log', 'transcript-mode': '0600' });
  place.write('log', 'unfinished');
  const before = listLists();
  const ran = await place.run('zd', ['-C', 'app.conf', 'fg', '--transcript', 'a', '--transcript'], {
    input: 'typed\n',
  });
  assert.equal(ran, { status: 3, stdout: 'out\ntyped a --transcript\n', stderr: 'err\n' });
  const lines = place.read('log').split('\n');
  assert.is(lines[0], 'unfinished');
  assert.equal(lines.slice(1).sort(), ['', 'err', 'out', 'typed a --transcript']);
  assert.is((await place.exec(['stat', '-c', '%a', 'log'])).stdout, '600\n');
  assert.equal(
    listLists().filter(name => !before.includes(name)),
    [],
  );
});

test('on one stream the order is kept, and the settings of the transcript apply', async () => {
  const place = makePlace();
  place.write('app.sh', 'for i in 1 2 3 4; do printf "\\033[1mout $i\\033[0m\\n"; echo err >&2; done\n');
  place.configure({
    program: 'sh app.sh',
    transcript: 'log',
    'transcript-plain': 'on',
    'transcript-markers': 'on',
    'transcript-timestamps': 'epoch',
  });
  const command = [...commandOf('zd'), '-C', 'app.conf', 'fg', '--transcript'];
  const { stdout } = await place.exec(['sh', '-c', `${command.join(' ')} 2>&1`]);
  const expected = [1, 2, 3, 4].flatMap(i => [`out ${i}`, 'err']);
  assert.equal(
    stdout
      .replaceAll(/.\[\d?m/g, '')
      .split('\n')
      .slice(0, -1),
    expected,
  );
  const lines = place.read('log').split('\n').slice(0, -1);
  for (const line of lines) assert.match(line, /^\d{10}\.\d{3} /);
  const texts = lines.map(line => line.slice(15));
  assert.equal(texts.slice(1, -1), expected);
  assert.match(texts[0] ?? '', /^zd: \S+ pid \d+ started: sh app\.sh$/);
  assert.match(texts.at(-1) ?? '', /^zd: \S+ pid \d+ ended with exit status 0$/);
});

test('it is rotated, each run has its own file, and stderr-transcript gets its part', async () => {
  const place = makePlace();
  place.write('app.sh', 'echo out; echo err >&2\n');
  const common = { program: 'sh app.sh', transcript: 'log', 'stderr-transcript': 'errors' };
  place.configure({ ...common, 'transcript-rotate-start': 'on', 'transcript-compress': 'on' });
  for (let runs = 0; runs < 2; runs++) assert.is((await place.zd('-C app.conf fg --transcript')).status, 0);
  assert.equal([place.read('log'), place.read('errors')], ['out\n', 'err\n']);
  const rotated = await until(30, 'the archive', () => {
    const names = readdirSync(place.folder).filter(name => /^(?:log|errors)\..*gz$/.test(name));
    return names.length === 2 && names.sort();
  });
  const { stdout } = await place.exec(['zcat', ...rotated]);
  assert.is(stdout, 'err\nout\n');
});

test('a file that cannot be written, and none at all, are refused in one sentence', async () => {
  const place = makePlace();
  place.configure({ program: 'touch ran', transcript: 'no/log' });
  const { status, stderr } = await place.zd('-C app.conf fg --transcript');
  assert.equal(
    [status, stderr],
    [
      1,
      `zd: cannot run app in the foreground: transcript: ${place.path('no/log')}: no such file or directory\n`,
    ],
  );
  const none = await place.zd('-p true fg --transcript');
  assert.equal(
    [none.status, none.stderr],
    [2, 'zd: cannot write a transcript: none is set; set transcript, or use -t FILE before fg\n'],
  );
  place.configure({ program: 'touch ran', 'transcript-program': 'cat' });
  const command = await place.zd('-C app.conf fg --transcript');
  assert.equal(
    [command.status, command.stderr],
    [
      2,
      'zd: cannot write a transcript: transcript-program (app.conf:3) is not run in the foreground; set transcript, or use -t FILE before fg\n',
    ],
  );
  const both = await place.zd('-p true -t log fg --supervise --transcript');
  assert.equal(
    [both.status, both.stderr],
    [
      2,
      'zd: cannot use --transcript with --supervise, whose output is for the terminal alone; redirect it, or use start\n',
    ],
  );
  assert.not(readdirSync(place.folder).includes('ran'));
});

test('a program whose reader has gone ends as without a transcript', async () => {
  const place = makePlace();
  const command = [...commandOf('zd'), '-p', 'yes', '-t', 'log', 'fg', '--transcript'];
  const { stdout } = await place.exec(['sh', '-c', `{ ${command.join(' ')}; echo $? >status; } | head -2`]);
  assert.is(stdout, 'y\ny\n');
  assert.is(await waitForFile(place.path('status'), text => text !== ''), `${128 + 13}\n`);
});

test('each step of a round has its part in the transcript', async () => {
  const place = makePlace();
  place.write('app.conf', '[runner]\ntranscript = log\n[steps]\na = printf 1\nb = sh -c "echo 2; exit 4"\n');
  const { status, stdout } = await place.zd('-C app.conf fg --transcript');
  assert.equal([status, stdout, place.read('log')], [4, '12\n', '1\n2\n']);
});

test.skipIf(ptyMissing, 'on a terminal, the program has one that looks the same', async () => {
  const place = makePlace();
  place.write(
    'app.sh',
    'trap "echo cut" INT; tty >mine; stty size\nread -r line; echo "got $line"; read -r line; read -r line; stty size; exit 5\n',
  );
  place.configure({ program: 'sh app.sh', transcript: 'log', directory: place.folder });
  const script = 'stty -g >before; tty >theirs; "$@"; echo "status $?"; stty -g >after; echo over';
  const terminal = openTerminal(
    'sh',
    ['-c', script, 'sh', ...commandOf('zd'), '-C', 'app.conf', 'fg', '--transcript'],
    { cwd: place.folder, columns: 93 },
  );
  open.push(terminal);
  await terminal.waitFor('40 93');
  terminal.type('hello\r');
  await terminal.waitFor('got hello');
  terminal.press('ctrl-c');
  await terminal.waitFor('cut');
  terminal.resize(70, 20);
  const [client = 0] = childrenOf(terminal.pid);
  const relay = childrenOf(client).find(pid => commandLine(pid).includes('perl')) ?? 0;
  const [program = 0] = childrenOf(relay);
  const size = async () => (await place.exec(['stty', '-F', place.read('mine').trim(), 'size'])).stdout;
  await until(30, 'the size', async () => (await size()) === '20 70\n');
  process.kill(program, 'SIGCONT');
  terminal.type('\r\r');
  await terminal.waitFor('20 70');
  await terminal.waitFor('status 5');
  await terminal.waitFor('over');
  assert.is(place.read('before'), place.read('after'));
  assert.is.not(place.read('mine'), place.read('theirs'));
  assert.match(place.read('log'), /^40 93\r\nhello\r\ngot hello\r\n\^Ccut\r\n/);
});

for (const victim of ['the relay', 'the recorder', 'the client'])
  test.skipIf(
    ptyMissing,
    `after a SIGKILL of ${victim}, nothing stays and the program gets SIGHUP`,
    async () => {
      const place = makePlace();
      place.write(
        'app.sh',
        'trap "echo hup >hup; exit" HUP\necho $$ >pid; while :; do echo x; sleep 0.05; done\n',
      );
      place.configure({ program: 'sh app.sh', transcript: 'log', directory: place.folder });
      const command = [...commandOf('zd'), '-C', 'app.conf', 'fg', '--transcript'];
      const terminal = openTerminal(
        'sh',
        ['-c', 'stty -g >before; "$@"; stty -g >after; echo over', 'sh', ...command],
        {
          cwd: place.folder,
        },
      );
      open.push(terminal);
      const pid = Number(await waitForFile(place.path('pid'), text => text !== ''));
      await terminal.waitFor('x');
      const [client = 0] = childrenOf(terminal.pid);
      const helpers = childrenOf(client);
      const find = (word: string) => helpers.find(one => commandLine(one).includes(word)) ?? 0;
      const victims = {
        'the relay': find('perl'),
        'the recorder': find('recorder.js'),
        'the client': client,
      };
      process.kill(victims[victim as keyof typeof victims], 'SIGKILL');
      await waitForFile(place.path('hup'), text => text !== '');
      await waitForEnd(pid);
      await terminal.waitFor('over');
      for (const one of helpers) await waitForEnd(one);
      assert.not(isAlive(client));
      if (victim !== 'the client') assert.is(place.read('before'), place.read('after'));
    },
  );

test.skipIf(ptyMissing, 'without perl, its output is a pipe and its input the terminal', async () => {
  const place = makePlace();
  place.write('app.sh', 'test -t 0 && echo in; test -t 1 || echo piped; read -r line; echo "got $line"\n');
  place.configure({ program: 'sh app.sh', transcript: 'log' });
  const [command = '', ...args] = [...commandOf('zd'), '-C', 'app.conf', 'fg', '--transcript'];
  const terminal = openTerminal(command, args, {
    cwd: place.folder,
    env: { PATH: makePathWithoutPerl() },
  });
  open.push(terminal);
  await terminal.waitFor('piped');
  terminal.type('hello\r');
  await terminal.waitFor('got hello');
  await terminal.exit;
  assert.is(place.read('log'), 'in\npiped\ngot hello\n');
});

/** Folders that a recorder keeps its lists of rotated files in. */
function listLists(): string[] {
  return readdirSync(tmpdir()).filter(name => /^zd-[A-Za-z0-9]{6}$/.test(name));
}

test.run();
