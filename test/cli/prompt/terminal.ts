import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace, pidIn } from '../../helpers/cli';
import { childrenOf, isAlive, waitForEnd } from '../../helpers/processes';
import { closeLater, closePrompts, openPrompt as open, PROMPT, say } from '../../helpers/prompt-session';
import { openTerminal, ptyMissing, type Terminal } from '../../helpers/pty';
import { until, waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const prompt = suite('the prompt on a terminal');
const skip = ptyMissing;

prompt.after.each(async () => {
  closePrompts();
  await clearPlaces();
});

const sleeper = ['-p', 'sleep 1000'];

prompt.skipIf(
  skip,
  'It greets with program and status, and runs the commands of the command line',
  async () => {
    const place = makePlace();
    const zd = open(place, sleeper);
    await zd.waitFor(
      /^sleep: sleep 1000 +Tab completes, help, Ctrl-D leaves\ndaemon manager not running\nsleep ○ /,
    );
    await say(zd, 'start', /^daemon process started, pid=\d+$/m);
    await zd.waitFor(PROMPT);
    const { pid } = await place.report();
    await say(zd, 'status', `program running; pid=${pid}\n`);
    await zd.waitFor(PROMPT);
    await say(zd, '', `\nprogram running; pid=${pid}\n`);
    await zd.waitFor(PROMPT);
    await say(zd, 'quit', 'daemon process and daemon manager still running\n');
    assert.equal(await within(30, zd.exit, 'the end'), { code: 0, signal: null });
    assert.ok(isAlive(pid ?? 0));

    const again = open(place, sleeper);
    await again.waitFor(new RegExp(`sleep: sleep 1000 .*\nprogram running; pid=${pid}\n`));
    await again.waitFor(/ sleep {2}running for .*, pid \d+.*, no crashes\nsleep ● /);
    await say(again, 'stop', 'daemon process stopped\n');
    await again.waitFor(PROMPT);
    await say(again, 'quit', 'daemon manager not running\n');
    assert.equal(await within(30, again.exit, 'the end'), { code: 0, signal: null });
  },
);

prompt.skipIf(skip, 'Ctrl-D leaves on a new line, with the status of the last command', async () => {
  const zd = open(makePlace(), []);
  await zd.waitFor(/^no program; leave, and name one: .* Ctrl-D leaves\ndaemon manager not running\nzd> /);
  await say(zd, 'start', 'zd: no program specified; leave the prompt, and use zd -p COMMAND or zd -C FILE\n');
  await zd.waitFor(PROMPT);
  zd.press('ctrl-d');
  assert.equal(await within(30, zd.exit, 'the end'), { code: 2, signal: null });
  assert.match(zd.screen(), /zd> \n$/);
});

prompt.skipIf(skip, 'TAB completes commands and their words', async () => {
  const place = makePlace();
  place.write('zd.log', 'the only line\n');
  const zd = open(place, sleeper);
  await zd.waitFor(PROMPT);
  await complete(zd, 'shel', 'l ');
  await clear(zd);
  await complete(zd, 'kill US', 'R');
  await complete(zd, '2', ' ');
  await clear(zd);
  await complete(zd, 'logtail -n 1 --no-follow zd', '.log ');
  zd.press('enter');
  await zd.waitFor('\nthe only line\n');
  await zd.waitFor(PROMPT);
  zd.type('sta');
  await zd.waitFor('sta');
  // The second Tab lists; two in one chunk would count as pasted text.
  await until(30, 'the list', () => {
    zd.press('tab');
    return /start +status/.test(zd.screen());
  });
});

prompt.skipIf(
  skip,
  'The arrow brings back lines; Ctrl-C drops the line and begins at the latest again',
  async () => {
    const zd = open(makePlace(), sleeper);
    await zd.waitFor(PROMPT);
    await say(zd, 'shell echo one', '\none\n');
    await zd.waitFor(PROMPT);
    await say(zd, 'shell echo two', '\ntwo\n');
    await zd.waitFor(PROMPT);
    zd.press('up');
    zd.press('up');
    await zd.waitFor('sleep ○ shell echo one');
    zd.press('ctrl-c');
    await zd.waitFor(/\^C\n[a-z]+ [○●◐✗] /);
    zd.press('up');
    await zd.waitFor('sleep ○ shell echo two');
    zd.press('enter');
    await zd.waitFor('\ntwo\n');
  },
);

prompt.skipIf(skip, 'Ctrl-C during a wait ends the wait, and the prompt goes on', async () => {
  const place = makePlace();
  const zd = open(place, ['-p', fixture('stubborn.sh'), '-t', 'out.log']);
  await zd.waitFor(PROMPT);
  const pid = pidIn({ stdout: await say(zd, 'start', /started, pid=\d+/), stderr: '' });
  await zd.waitFor(PROMPT);
  await waitForFile(place.path('out.log'), text => text.includes('ready'));
  await say(zd, 'stop', /stopping stubborn\.sh: SIGTERM sent, \d s of \d+, still there: \d+ sleep/);
  zd.press('ctrl-c');
  await zd.waitFor(
    /\^C\r *\nzd: interrupted: the manager continues with the request; see zd status\nstubborn\.sh ◐ /,
  );
  await say(zd, 'status', `program running; pid=${pid}\n`);
  await zd.waitFor(PROMPT);
  await say(zd, 'kill KILL', `signal SIGKILL sent to process ${pid}\n`);
  await zd.waitFor(PROMPT);
  await waitForEnd(pid);
  await until(30, 'the end of the manager', async () => {
    const { stdout } = await place.zd('status');
    return stdout === 'daemon manager not running\n';
  });
  await say(zd, 'status', 'daemon manager not running\n');
});

prompt.skipIf(skip, 'logtail follows until Ctrl-C', async () => {
  const place = makePlace();
  place.write('zd.log', 'first\n');
  const zd = open(place, [...sleeper, '-l', 'zd.log']);
  await zd.waitFor(PROMPT);
  await say(zd, 'logtail', '\nfirst\n');
  place.write('zd.log', 'first\nsecond\n');
  await zd.waitFor('second\n');
  zd.press('ctrl-c');
  await zd.waitFor(/\^C\n[a-z]+ [○●◐✗] /);
});

prompt.skipIf(skip, 'fg and shell have the terminal to themselves, as it was before', async () => {
  const place = makePlace();
  const zd = open(place, ['-p', `sh -c 'stty -g >inside; read word; echo "got $word"; exit 3'`]);
  await zd.waitFor(PROMPT);
  zd.type('fg\r');
  await waitForFile(place.path('inside'), text => text.endsWith('\n'));
  zd.type('hello\r');
  await zd.waitFor('got hello\n');
  await zd.waitFor(PROMPT);
  zd.type('shell\r');
  await zd.waitFor('$ ');
  zd.type('stty -g >shell; exit 6\r');
  await waitForFile(place.path('shell'), text => text.endsWith('\n'));
  await zd.waitFor(PROMPT);
  assert.is(place.read('inside'), place.read('shell'));
  zd.type('shell stty sane; sleep 1000\r');
  const shell = await until(30, 'the shell', () => childrenOf(zd.pid)[0]);
  await until(30, 'its sleep', () => childrenOf(shell)[0]);
  zd.press('ctrl-c');
  await zd.waitFor(PROMPT);
  zd.press('ctrl-d');
  assert.equal(await within(30, zd.exit, 'the end'), { code: 130, signal: null });
});

prompt.skipIf(skip, 'A last line of a program that has no end stays above the prompt', async () => {
  const zd = open(makePlace(), []);
  await zd.waitFor(PROMPT);
  await say(zd, 'shell printf incomplete', /incomplete {40,}\rzd> /);
});

prompt.skipIf(skip, 'However it ends or is interrupted, the terminal is as before', async () => {
  const place = makePlace();
  const words = commandOf('zd').map(word => `'${word}'`);
  // A shell that records the terminal modes before, while zd is stopped, and afterwards.
  const script = `set -m; stty -g >before
    ${words.join(' ')} -p 'sleep 1000'; stty -g >stopped; fg >/dev/null; stty -g >ended; echo over; read line`;
  for (const end of ['quit', 'SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
    const shell = openTerminal('sh', ['-c', script], { cwd: place.folder, env: { LC_ALL: 'C.UTF-8' } });
    closeLater(shell);
    await shell.waitFor(PROMPT);
    shell.type('\x1a');
    await waitForFile(place.path('stopped'), text => text.endsWith('\n'));
    await shell.waitFor(PROMPT);
    assert.is(place.read('stopped'), place.read('before'), 'stopped');
    const pid = childrenOf(shell.pid)[0] ?? 0;
    // At the prompt, Ctrl-C is a key; the signal has no effect.
    if (end === 'SIGINT') process.kill(pid, 'SIGINT');
    if (end === 'quit' || end === 'SIGINT') await say(shell, 'quit', 'daemon manager not running\n');
    else process.kill(pid, end);
    await shell.waitFor('over\n');
    // node-pty discards output that is unread 0.2 s after the exit, so the shell exits only after this key.
    shell.press('enter');
    assert.is(readFileSync(place.path('ended'), 'utf8'), place.read('before'), end);
    await shell.exit;
    for (const name of ['stopped', 'ended']) place.write(name, '');
  }
});

prompt.skipIf(skip, 'Lines typed ahead and pasted are all obeyed', async () => {
  const zd = open(makePlace(), sleeper);
  await zd.waitFor(PROMPT);
  zd.type('shell sleep 0.2; echo one\rshell echo two\rshell echo th');
  await zd.waitFor('one\n');
  await zd.waitFor('two\n');
  await zd.waitFor('sleep ○ shell echo th');
  zd.type('ree\r');
  await zd.waitFor('\nthree\n');
});

prompt.skipIf(skip, 'The prompt can be configured; a saved change shows with the next command', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', prompt: 'app:' });
  const zd = open(place, ['-C', 'app.conf']);
  await zd.waitFor('\napp: ');
  place.configure({ program: 'sleep 1000', prompt: 'other$$' });
  await say(zd, 'status', /app\.conf has changed, read again\n/);
  await zd.waitFor('other$ ');
  await say(zd, 'help', /quit [\s\S]*shell/);
  await zd.waitFor('other$ ');
  await say(zd, '? quit', 'quit -- ');
  await zd.waitFor('other$ ');
  await say(zd, 'start --help', 'Start');
});

prompt.skipIf(skip, 'As zdaemon the prompt comes with -i and has its name', async () => {
  const zd = open(makePlace(), ['-i', ...sleeper], 'zdaemon');
  await zd.waitFor('program: sleep 1000\ndaemon manager not running\nzdaemon> ');
  await say(zd, 'EOF', '');
  assert.equal(await within(30, zd.exit, 'the end'), { code: 0, signal: null });
});

const notRoot = process.getuid?.() !== 0 && 'needs root';
prompt.skipIf(skip || notRoot, 'fg as another user leaves the prompt the user it is', async () => {
  const zd = open(makePlace(), ['-u', 'nobody', '-p', 'id -un']);
  await zd.waitFor(PROMPT);
  await say(zd, 'fg', '\nid -un\nnobody\n');
  await zd.waitFor(PROMPT);
  await say(zd, 'shell id -un', '\nroot\n');
});

prompt.skipIf(skip, 'a file that was edited is read again, and a broken one changes nothing', async () => {
  const place = makePlace();
  const words = ['-C', 'app.conf'];
  place.configure({ program: 'sleep 1001' });
  const terminal = open(place, words);
  await terminal.waitFor(PROMPT);
  await say(terminal, 'start', /started, pid=\d+\n/);
  const { pid } = await place.report();
  place.configure({ program: 'sleep 1002' });
  await say(terminal, 'restart', /app\.conf has changed, read again\n[\s\S]*restarted, pid=\d+\n/);
  assert.equal((await place.report()).args, ['sleep', '1002']);
  assert.not.equal((await place.report()).pid, pid);
  place.configure({ progam: 'sleep 1003' });
  await say(terminal, 'restart', /unknown key 'progam'/);
  await say(terminal, '# a comment', '\napp ● ');
  await say(terminal, 'status', /program running/);
  assert.equal((await place.report()).args, ['sleep', '1002']);
  place.configure({ program: 'sleep 1002' });
  await say(terminal, 'stop', 'stopped\n');
});

/** A Tab in pasted text does not complete, so the typed text must arrive first. */
async function complete(terminal: Terminal, begun: string, rest: string): Promise<void> {
  terminal.type(begun);
  await terminal.waitFor(begun);
  terminal.press('tab');
  await terminal.waitFor(rest);
}

async function clear(terminal: Terminal): Promise<void> {
  terminal.press('ctrl-c');
  await terminal.waitFor(/\^C\n[a-z]+ [○●◐✗] /);
}

prompt.run();
