import * as assert from 'uvu/assert';
import { commandNames } from '../../../src/commands/table';
import { clearPlaces, commandOf, flavours, makePlace } from '../../helpers/cli';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { suite } from '../../runner/guard';

const test = suite('help');
test.after.each(clearPlaces);

test('zdaemon: the list of the commands is laid out as ever', async () => {
  const expected = `
Documented commands (type help <topic>):
========================================
fg          help  logreopen  reopen_transcript  show   status  wait
foreground  kill  logtail    restart            start  stop

`;
  const place = makePlace();
  assert.equal(await place.zdaemon('help'), { status: 0, stdout: expected, stderr: '' });
  assert.equal(await place.zdaemon('?'), { status: 0, stdout: expected, stderr: '' });
});

const topics: Record<string, string> = {
  fg: 'foreground -- Run the program in the forground.\nfg -- an alias for foreground.\n',
  foreground: 'foreground -- Run the program in the forground.\nfg -- an alias for foreground.\n',
  help: 'help          -- Print a list of available actions.\nhelp <action> -- Print help for <action>.\n',
  kill: `kill [sig] -- Send signal sig to the daemon process.
              The default signal is SIGTERM.
`,
  logreopen: `logreopen -- Send a SIGUSR2 signal to the daemon process.
             This is designed to reopen the log file.
             Also reopens the transcript log file.
`,
  logtail: `logtail [logfile] -- Run tail -f on the given logfile.
                     A default file may exist.
                     Hit ^C to exit this mode.
`,
  reopen_transcript: `reopen_transcript -- Reopen the transcript log file.
                     Use after log rotation.
`,
  restart: 'restart -- Stop and then start the daemon process.\n',
  show: `show options -- show zdctl options
show python -- show Python version and details
show all -- show all of the above
`,
  start: `start -- Start the daemon process.
         If it is already running, do nothing.
`,
  status: `status [-l] -- Print status for the daemon process.
               With -l, show raw status output as well.
`,
  stop: `stop -- Stop the daemon process.
        If it is not running, do nothing.
`,
  wait: 'wait -- Wait for the daemon process to exit.\n',
};

test('zdaemon: help ACTION is its text', async () => {
  const place = makePlace();
  for (const [topic, stdout] of Object.entries(topics)) {
    assert.equal(await place.zdaemon(['help', topic]), { status: 0, stdout, stderr: '' });
  }
  const stdout = '*** No help on nosuch\n';
  assert.equal(await place.zdaemon('help nosuch'), { status: 0, stdout, stderr: '' });
});

test('zd: help lists each command on one line', async () => {
  const { status, stdout, stderr } = await makePlace().zd('help');
  assert.equal([status, stderr], [0, '']);
  for (const name of commandNames) {
    const lines = stdout
      .split('\n')
      .filter(line => line.startsWith('  ') && line.slice(0, 19).split(/[ ,]+/).includes(name));
    assert.is(lines.length, 1, name);
  }
  assert.equal((await makePlace().zd('?')).stdout, stdout);
});

test('zd: help X, X --help, X -h and -h X are one page', async () => {
  const place = makePlace();
  for (const command of ['start', 'foreground', 'logtail', 'help']) {
    const { status, stdout, stderr } = await place.zd(['help', command]);
    assert.equal([status, stderr], [0, ''], command);
    assert.match(stdout, /^usage: zd \[options\] \w+/);
    for (const words of [
      [command, '--help'],
      [command, '-h'],
      ['-h', command],
    ])
      assert.equal(await place.zd(words), { status, stdout, stderr }, words.join(' '));
  }
});

test('zd: there is help on options and on the configuration file', async () => {
  const place = makePlace();
  assert.match((await place.zd('help options')).stdout, /^ {2}-b, --backoff-limit TIME/m);
  assert.match((await place.zd('help config')).stdout, /^ {2}\[runner\]$/m);
});

test('zd: for a wrong topic it suggests the right one', async () => {
  const place = makePlace();
  for (const [topic, advice] of [
    ['nosuch', 'see help'],
    ['statsu', "did you mean 'status'?"],
    ['logs', "did you mean 'logtail'?"],
  ]) {
    const stderr = `zd: no help on '${topic}'; ${advice}\n`;
    assert.equal(await place.zd(`help ${topic}`), { status: 2, stdout: '', stderr });
  }
});

test('zd: a broken configuration that was only found does not prevent help', async () => {
  const place = makePlace();
  place.write('zd.conf', 'nonsense');
  assert.is((await place.zd('help')).status, 0);
  assert.is((await place.zd('help start')).status, 0);
  assert.is((await place.zd('start --help')).status, 0);
});

test('-h and --help tell of the options, whatever else is wrong', async () => {
  const place = makePlace();
  for (const flavour of flavours) {
    for (const words of ['-h', '--help', '--h', '-C missing.conf -h']) {
      const { status, stdout, stderr } = await place.run(flavour, words);
      assert.equal([status, stderr], [0, '']);
      assert.match(stdout, '--backoff-limit');
      assert.match(stdout, 'reopen_transcript');
    }
  }
});

for (const columns of [40, 80]) {
  test(`Help fits on ${columns} columns, in a pipe`, async () => {
    const env = { COLUMNS: String(columns), FORCE_COLOR: '3', TERM: 'xterm-256color' };
    for (const words of [['help'], ['-h'], ['logtail', '--help']]) {
      const { stdout } = await makePlace({ env }).zd(words);
      assert.equal(wideLines(stdout, columns), [], words.join(' '));
      assert.not.match(stdout, '\x1b', words.join(' '));
    }
  });

  test.skipIf(ptyMissing, `and on a terminal of ${columns}, without a colour`, async () => {
    for (const words of [['help', 'logtail'], ['help']]) {
      const [file = '', ...args] = [...commandOf('zd'), ...words];
      const terminal = openTerminal(file, args, { columns });
      await terminal.exit;
      assert.match(terminal.screen(), /^(usage|Starting and stopping):/);
      assert.equal(wideLines(terminal.screen(), columns), [], words.join(' '));
      assert.is(terminal.rawScreen().replaceAll('\r', ''), terminal.screen());
    }
  });
}

function wideLines(text: string, width: number): string[] {
  return text.split('\n').filter(line => line.length > width);
}

test.run();
