import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, longPauses, makePlace, type Place } from '../../helpers/cli';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* The block that `status` adds on a terminal, and what programs may put there. */

const test = suite('status on a terminal');
test.after.each(clearPlaces);

const utf8 = { LC_ALL: 'C.UTF-8', NO_COLOR: '', FORCE_COLOR: '' };

async function show(
  place: Place,
  words: string[],
  env: Record<string, string | undefined> = utf8,
  columns = 80,
) {
  const [command = '', ...args] = commandOf('zd');
  const terminal = openTerminal(command, [...args, ...words], {
    cwd: place.folder,
    env: { ...utf8, ...env },
    columns,
  });
  try {
    await within(30, terminal.exit, 'the end');
    return { raw: terminal.rawScreen(), screen: terminal.screen() };
  } finally {
    terminal.close();
  }
}

const needsPty = ptyMissing;

test.skipIf(needsPty, 'a program that is up, and one that was stopped', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  await place.zd('-C app.conf start');
  const up = await show(place, ['-C', 'app.conf', 'status']);
  assert.match(
    up.screen,
    /^program running; pid=\d+\n● app {2}running for [0-9.]+ s, pid \d+, [0-9.]+ [KM]iB, no crashes\n$/,
  );
  assert.ok(up.raw.includes('\x1b[32m●\x1b[0m app  \x1b[32mrunning\x1b[0m for '), up.raw);
  await place.zd('stop');
  const down = await show(place, ['-C', 'app.conf', 'status']);
  assert.match(
    down.screen,
    /^daemon manager not running\n○ app {2}stopped by \S+ at \d\d:\d\d \([0-9.]+ s ago\), after [0-9.]+ s\n$/,
  );
  const named = await show(place, ['-C', 'app.conf', '--name', 'other', 'status']);
  assert.match(named.screen, '\n○ other  stopped by ');
});

test.skipIf(needsPty, 'symbols are ASCII and without colours where the environment says so', async () => {
  const place = makePlace();
  await place.zd(['-p', 'sleep 1000', 'start']);
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }, { FORCE_COLOR: '0' }]) {
    const { raw } = await show(place, ['status'], { ...env, LC_ALL: 'C' });
    assert.match(raw, '\n* sleep  running for ');
    assert.not.ok(raw.includes('\x1b['), raw);
  }
  const forced = await show(place, ['status'], { TERM: 'dumb', FORCE_COLOR: '1' });
  assert.ok(forced.raw.includes('\x1b[32m'), forced.raw);
});

test.skipIf(needsPty, 'a crash loop shows the last words, harmless and cut, and the next try', async () => {
  const place = makePlace({ env: longPauses });
  place.write(
    'app.sh',
    `printf 'boom \\033[2J\\033]0;pwned\\a\\033[31mred\\033[0m %s\\n' ${'x'.repeat(100)}; exit 7`,
  );
  place.configure({ program: 'sh app.sh', 'start-seconds': '0' });
  await place.zd('-C app.conf start');
  const env = { TERM: 'xterm', ...longPauses };
  const { raw, screen } = await show(place, ['-C', 'app.conf', 'status'], env, 60);
  assert.match(screen, /\n✗ app {2}crashing: once, exit status 7 after /);
  const words = screen.split('\n').find(line => line.includes('boom')) ?? '';
  assert.ok(words.startsWith('  boom ^[[2J^[]0;pwned^Gred xxx') && words.endsWith('x…'), words);
  assert.is([...words].length, 60);
  assert.match(screen, /\n {2}next try in .*, gives up after 9 more. More: zd status -v; zd logtail\n$/);
  const verbose = await show(place, ['-C', 'app.conf', 'status', '-v'], env);
  for (const text of [raw, verbose.raw]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    assert.not.match(text.replace(/\x1b\[[0-9;]*m/g, ''), /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/);
  }
  assert.match(verbose.screen, / {2}last lines\n {4}boom \^\[\[2J\^\[\]0;pwned\^Gred x+\n/);
});

test.skipIf(needsPty, 'at the prompt, what a program writes is harmless too', async () => {
  const place = makePlace();
  place.write('app.sh', "printf '\\033]0;pwned\\a\\033[2J\\n'; exit 7");
  const [command = '', ...args] = commandOf('zd');
  const zd = openTerminal(command, [...args, '-p', 'sh app.sh'], { cwd: place.folder, env: utf8 });
  try {
    await zd.waitFor(/\nsh [○●◐✗] /);
    for (const line of ['start', 'status', 'status -v', 'logtail --no-follow']) {
      zd.type(`${line}\r`);
      await zd.waitFor('^[]0;pwned^G^[[2J');
      await zd.waitFor(/\nsh [○●◐✗] /);
    }
    assert.not.ok(zd.rawScreen().includes('\x1b]0;'));
    assert.not.ok(zd.rawScreen().includes('\x07'));
  } finally {
    zd.close();
  }
});

test('in a pipe a start test and a stop are one more line, in zdaemon none', async () => {
  const place = makePlace();
  place.write('app.sh', 'trap "" TERM; : >ready; while :; do sleep 0.1; done');
  place.configure({ program: 'sh app.sh', 'start-test-program': 'false', 'stop-timeout': '600' });
  const starting = place.zd('-C app.conf start');
  await waitForFile(place.path('ready'));
  const sentence = /^program running; pid=\d+\n/;
  const during = await place.zd('status');
  assert.match(
    during.stdout.replace(sentence, ''),
    /^starting for [0-9.]+ s: waiting for command false: exit status 1\n$/,
  );
  assert.is((await place.zdaemon('status')).stdout.replace(sentence, ''), '');
  const stopping = place.launch([...commandOf('zd'), 'stop']);
  await starting;
  const stop = await place.zd('status');
  assert.match(
    stop.stdout.replace(sentence, ''),
    /^stopping: SIGTERM was sent to pid \d+, SIGKILL follows .*at [0-9:]{8} \(stop-timeout\)\n$/,
  );
  assert.is((await place.zdaemon('status')).stdout.replace(sentence, ''), '');
  await place.zd('kill KILL');
  await stopping.done;
});

test('a manager that gives up after its last crash says so to a pipe', async () => {
  const place = makePlace();
  place.configure({ program: fixture('crash.sh'), 'backoff-limit': '1', 'start-seconds': '0' });
  await place.zd('-C app.conf start');
  const { stdout } = await place.zd('-C app.conf status');
  assert.match(
    stdout,
    /^daemon manager (not running|running; daemon process not running)\n(gave up|crashing)/,
  );
});

test.run();
