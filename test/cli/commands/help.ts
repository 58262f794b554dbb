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

test('help ACTION is the same text under both names', async () => {
  const place = makePlace();
  for (const [topic, stdout] of Object.entries(topics)) {
    assert.equal(await place.zdaemon(['help', topic]), { status: 0, stdout, stderr: '' });
  }
  assert.is((await place.zd('help stop')).stdout, topics.stop);
});

test('zd shows node, not python', async () => {
  const { stdout } = await makePlace().zd('help show');
  assert.match(stdout, /^show node -- /m);
  assert.not.match(stdout, 'python');
});

test('no help on what does not exist', async () => {
  const place = makePlace();
  const stdout = '*** No help on nosuch\n';
  assert.equal(await place.zdaemon('help nosuch'), { status: 0, stdout, stderr: '' });
  assert.equal(await place.zd('help nosuch'), { status: 2, stdout, stderr: '' });
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

test('ACTION --help is a page of its own for every command', async () => {
  const place = makePlace();
  for (const command of [...Object.keys(topics), 'check']) {
    const { status, stdout } = await place.zd([command, '--help']);
    assert.is(status, 0);
    assert.match(stdout, command);
    assert.ok(stdout.length > 200, `the page of ${command}`);
  }
});

test('Pages of help fit on 80 columns, in a pipe', async () => {
  for (const command of commandNames) {
    const { stdout } = await makePlace().zd([command, '--help']);
    assert.equal(wideLines(stdout), [], command);
    assert.not.match(stdout, / $/m, command);
    assert.not.match(stdout, '#0', command);
  }
});

test.skipIf(ptyMissing, 'and on a terminal', async () => {
  for (const command of ['start', 'logtail']) {
    const [file = '', ...words] = [...commandOf('zd'), command, '--help'];
    const terminal = openTerminal(file, words, { columns: 80 });
    await terminal.exit;
    assert.match(terminal.screen(), '━━━ Details ━');
    assert.equal(wideLines(terminal.screen()), [], command);
  }
});

function wideLines(text: string): string[] {
  return text.split('\n').filter(line => line.length > 80);
}

test.run();
