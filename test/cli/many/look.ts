import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place } from '../../helpers/cli';
import { openTerminal, ptyMissing, type Terminal } from '../../helpers/pty';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* What is seen of many programs. */

const test = suite('looking at many');
test.after.each(clearPlaces);

const READ = 'while read -r line; do echo "$line"; done';

/** Three programs: two that print what they are sent, and one that is not started with the others. */
async function begin(): Promise<Place> {
  const place = makePlace();
  const settings = 'stdin = control\nstart-seconds = 0\n';
  place.write('apps/a.conf', `[runner]\nprogram = sh -c '${READ}'\ntranscript = a.log\n${settings}`);
  place.write('apps/bb.conf', `[runner]\nprogram = sh -c '${READ}'\n${settings}`);
  place.write('apps/off.conf', `[runner]\nprogram = sh -c 'echo up; exec sleep 1000'\nautostart = off\n`);
  assert.is((await place.zd('-C apps start')).status, 0);
  return place;
}

function open(place: Place, words: string, columns = 100): Terminal {
  const [command = '', ...args] = [...commandOf('zd'), '-C', 'apps', ...words.split(' ').filter(Boolean)];
  const env = { LC_ALL: 'C.UTF-8', NO_COLOR: '1' };
  return openTerminal(command, args, { cwd: place.folder, columns, env });
}

test('status has a line for each, and judges what is to be up, or is named', async () => {
  const place = await begin();
  const { status, stdout } = await place.zd('-C apps status');
  assert.is(status, 0);
  assert.match(
    stdout,
    /^a: program running; pid=\d+\nbb: program running; pid=\d+\noff: daemon manager not running\n$/,
  );
  assert.is((await place.zd('-C apps status a off')).status, 3);
  assert.is((await place.zd('-C apps status off')).stdout, 'daemon manager not running\n');
  assert.is((await place.zd('-C apps stop bb')).status, 0);
  const { status: worst, stdout: text } = await place.zd('-C apps status --json');
  const { schema, fleet, programs } = JSON.parse(text);
  assert.equal([worst, schema, fleet], [3, 1, 'apps']);
  assert.equal(
    programs.map((one: Record<string, unknown>) => [one.name, one.state, one.status]),
    [
      ['a', 'running', 0],
      ['bb', 'down', 3],
      ['off', 'down', 0],
    ],
  );
});

test('logtail prints what is there program by program, then what comes, also of one that starts later', async () => {
  const place = await begin();
  for (const name of ['bb', 'a'])
    assert.is((await place.zd(['-C', 'apps', 'send', name, `old of ${name}`])).status, 0);
  await until(
    30,
    'both lines',
    async () => (await place.zd('-C apps logtail')).stdout === 'a   | old of a\nbb  | old of bb\n',
  );
  const follower = place.launch([...commandOf('zd'), '-C', 'apps', 'logtail', '-f']);
  await until(30, 'what was there', () => follower.output().includes('bb  | old of bb'));
  await place.zd(['-C', 'apps', 'send', 'bb', 'new']);
  await until(30, 'a line of bb', () => follower.output().includes('bb  | new'));
  await place.zd('-C apps start off');
  await until(30, 'a line of off', () => follower.output().includes('off | up'));
  await place.zd('-C apps restart bb');
  await place.zd(['-C', 'apps', 'send', 'bb', 'again']);
  await until(30, 'a line after the restart', () => follower.output().includes('bb  | again'));
  follower.child.kill('SIGINT');
  assert.is((await follower.done).status, 0);
  assert.match(follower.output(), /^a {3}\| old of a\nbb {2}\| old of bb\nbb {2}\| new\n/);
});

test('events are those of all, until the last manager has left; history is in the order of time', async () => {
  const place = await begin();
  const follower = place.launch([...commandOf('zd'), '-C', 'apps', 'events', '--json']);
  const seen = () =>
    follower
      .output()
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
      .map(({ program, event }) => `${program} ${event}`);
  await until(30, 'an event', async () => {
    await place.zd('-C apps restart a');
    return seen().includes('a started');
  });
  await place.zd('-C apps stop bb');
  await place.zd('-C apps stop a');
  assert.is((await follower.done).status, 0);
  assert.ok(seen().includes('bb stopped') && seen().includes('a stopped'), seen().join());
  assert.is((await place.zd('-C apps events')).status, 3);
  const { stdout } = await place.zd('-C apps history -n 2');
  assert.match(stdout, /^bb .*SIGTERM by zd stop .*\na .*SIGTERM by zd stop .*\n$/);
});

test.skipIf(ptyMissing, 'on a terminal a start says what each program waits for', async () => {
  const place = makePlace();
  for (const name of ['one', 'two'])
    place.write(`apps/${name}.conf`, `[runner]\nprogram = sleep 1000\nready = file ${place.path('ok')}\n`);
  place.write('apps/quick.conf', '[runner]\nprogram = sleep 1000\nstart-seconds = 0\n');
  const terminal = open(place, 'start', 60);
  try {
    await terminal.waitFor(/◐ starting one: .*waiting for/);
    await terminal.waitFor(/◐ starting two: /);
    place.write('ok', '');
    await terminal.waitFor(/(one|two): daemon process started[\s\S]*(one|two): daemon process started/);
    assert.equal(await terminal.exit, { code: 0, signal: null });
    // Neither another screen nor a hidden cursor: nothing has to be put back.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.not.match(terminal.rawScreen(), /\x1b\[\?(25|7|1049)/);
  } finally {
    terminal.close();
    await place.zd('-C apps stop');
  }
});

test.skipIf(ptyMissing, 'top lists all, shows the output of one, and acts on it', async () => {
  const place = await begin();
  await place.zd('-C apps send a hello');
  const terminal = open(place, 'top', 80);
  try {
    await terminal.waitFor(/>● a +running/);
    await terminal.waitFor('hello');
    terminal.type('jx');
    await terminal.waitFor('stop bb? y stops it');
    terminal.type('y');
    await terminal.waitFor('bb: daemon process stopped');
    terminal.type('q');
    assert.equal(await terminal.exit, { code: 0, signal: null });
    assert.match((await place.zd('-C apps status a')).stdout, /^program running/);
  } finally {
    terminal.close();
  }
});

test.skipIf(
  ptyMissing,
  'the prompt counts what is up, completes names, and reads the files again',
  async () => {
    const place = await begin();
    const terminal = open(place, '', 80);
    try {
      await terminal.waitFor('apps 2/3> ');
      terminal.type('stop b');
      terminal.press('tab');
      await terminal.waitFor('stop bb ');
      terminal.press('enter');
      await terminal.waitFor('daemon process stopped');
      await terminal.waitFor('apps 1/3> ');
      place.write('apps/c.conf', '[runner]\nprogram = sleep 1000\n');
      terminal.type('ls -o name,state c');
      terminal.press('enter');
      await terminal.waitFor('apps has changed, read again');
      await terminal.waitFor(/○ c +down/);
      await terminal.waitFor('apps 1/4> ');
      terminal.press('ctrl-d');
      assert.equal(await terminal.exit, { code: 0, signal: null });
    } finally {
      terminal.close();
    }
  },
);

test.run();
