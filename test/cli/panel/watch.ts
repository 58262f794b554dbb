import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, pidIn } from '../../helpers/cli';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { until, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* `status --watch`: lines in a pipe, the panel on a terminal. */

const test = suite('status --watch');
test.after.each(clearPlaces);

const TIME = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  app  ';

function prepare(): Place {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-seconds': '0' });
  return place;
}

test('in a pipe each change is a line, over managers, until Ctrl-C', async () => {
  const place = prepare();
  const words = [...commandOf('zd'), '-C', 'app.conf', 'status', '--watch'];
  const watching = place.launch(words);
  const json = place.launch([...words, '--json']);
  const lines = () => watching.output().trim().split('\n');
  const sees = (text: RegExp) => until(30, String(text), () => lines().find(line => text.test(line)));
  await sees(new RegExp(`^${TIME}not running, and neither is a manager$`));
  const pid = pidIn(await place.zd('-C app.conf start'));
  await sees(new RegExp(`^${TIME}running for .*, pid ${pid}$`));
  await place.zd('-C app.conf upgrade');
  await place.zd('-C app.conf stop');
  await sees(new RegExp(`^${TIME}stopped by .*$`));
  const states = () =>
    json
      .output()
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).state);
  await until(30, 'the end in JSON', () => states().at(-1) === 'down' && states().includes('running'));
  for (const one of [watching, json]) {
    one.child.kill('SIGINT');
    assert.is((await within(30, one.done, 'the end')).status, 0);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
  assert.not.match(watching.output(), /[\x00-\x09\x0b-\x1f]/);
});

test('a reader that leaves ends it', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const zd = commandOf('zd').join(' ');
  const piped = place.launch(['sh', '-c', `${zd} -C app.conf status --watch | head -n 1`]);
  await until(30, 'the first line', () => piped.output().includes('running'));
  for (const command of ['pause', 'continue', 'stop', 'start', 'stop'])
    await place.zd(`-C app.conf ${command}`);
  assert.is((await within(30, piped.done, 'the end')).status, 0);
});

test('what it cannot be combined with is refused', async () => {
  const place = prepare();
  for (const words of ['-l', '--ready']) {
    const { status, stderr } = await place.zd(`-C app.conf status --watch ${words}`);
    assert.is(status, 2);
    assert.match(stderr, `zd: cannot use --watch with ${words}`);
  }
});

test.skipIf(
  ptyMissing,
  'on a terminal the panel changes in its place, and its last state stays',
  async () => {
    const place = prepare();
    await place.zd('-C app.conf start');
    const [command = '', ...args] = commandOf('zd');
    const env = { LC_ALL: 'C.UTF-8', NO_COLOR: '1' };
    const terminal = openTerminal(command, [...args, '-C', 'app.conf', 'status', '--watch'], {
      cwd: place.folder,
      columns: 80,
      env,
    });
    try {
      await terminal.waitFor('● app  running for ');
      await terminal.waitFor('q quit');
      await place.zd('-C app.conf stop');
      await terminal.waitFor('○ app  stopped by ');
      terminal.type('q');
      assert.equal(await within(30, terminal.exit, 'the end'), { code: 0, signal: null });
      assert.not.ok(terminal.rawScreen().includes('\x1b[?1049h'));
      assert.ok(terminal.rawScreen().endsWith('\x1b[?7h\x1b[?25h'));
    } finally {
      terminal.close();
    }
  },
);

test.skipIf(ptyMissing, 'a dumb terminal gets lines, and so does the prompt its keys back', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const [command = '', ...args] = commandOf('zd');
  const zd = openTerminal(command, [...args, '-C', 'app.conf'], {
    cwd: place.folder,
    env: { LC_ALL: 'C.UTF-8' },
  });
  try {
    await zd.waitFor('\napp ● ');
    zd.type('top\r');
    await zd.waitFor('q quit');
    zd.type('q');
    await zd.waitFor('app ● ');
    zd.type('show node\r');
    await zd.waitFor(/zd +0\.|node/);
  } finally {
    zd.close();
  }
  const dumb = openTerminal(command, [...args, '-C', 'app.conf', 'status', '--watch'], {
    cwd: place.folder,
    env: { LC_ALL: 'C.UTF-8', TERM: 'dumb' },
  });
  try {
    await dumb.waitFor(new RegExp(`${TIME}running for `));
    assert.not.ok(dumb.rawScreen().includes('\x1b'));
    dumb.press('ctrl-c');
    assert.equal((await within(30, dumb.exit, 'the end')).code, 0);
  } finally {
    dumb.close();
  }
});

test.run();
