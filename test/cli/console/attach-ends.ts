import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, statusOf } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { ptyMissing } from '../../helpers/pty';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';
import { closeVisitors, ECHOES, GREETING, isRestored, startConsole, visit } from './helpers/visitor';

/* How visits end, and what there is to visit. */

const test = suite('ends of visits');
test.after.each(async () => {
  closeVisitors();
  await clearPlaces();
});
const missing = keeperMissing || ptyMissing;
/** Changes everything of its terminal that a program can, and waits. */
const CHANGES = `sh -c 'stty raw -echo; printf "\\\\033[?1049h\\\\033[?25l\\\\033[?2004h\\\\033[?1000h\\\\033[31mdrawn"; exec sleep 1000'`;

for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const)
  test.skipIf(missing, `${signal} to the client restores the terminal, and ends nothing else`, async () => {
    const place = makePlace();
    const pid = await startConsole(place, CHANGES);
    const visitor = visit(place);
    await visitor.waitFor('drawn');
    process.kill(await visitor.client(), signal);
    await visitor.waitFor('over\n');
    assert.equal([isRestored(place), isAlive(pid)], [true, true]);
    const end = visitor.rawScreen();
    for (const undo of ['1049l', '25h', '2004l', '1000l'])
      assert.ok(end.lastIndexOf(`\x1b[?${undo}`) > end.lastIndexOf('drawn'), undo);
  });

test.skipIf(missing, 'a visitor that is killed costs the others nothing', async () => {
  const place = makePlace();
  const pid = await startConsole(place, ECHOES);
  const [one, other] = [visit(place), visit(place)];
  for (const visitor of [one, other]) await visitor.waitFor(GREETING);
  const client = await one.client();
  process.kill(client, 'SIGKILL');
  await waitForEnd(client);
  other.type('on\r');
  await other.waitFor('got on\n');
  one.close();
  await waitForEnd(one.pid);
  other.type('still\r');
  await other.waitFor('got still\n');
  assert.ok(isAlive(pid));
});

test.skipIf(
  missing,
  'a program without a terminal is followed, and gets lines by stdin = control',
  async () => {
    const place = makePlace();
    await startConsole(place, 'cat', { pty: 'off', stdin: 'control' });
    const visitor = visit(place);
    await visitor.waitFor(
      'output of app, which has no terminal (pty); each line that is typed here is sent to it',
    );
    visitor.type('hello\r');
    await waitForFile(place.path('log'), text => text === 'hello\n');
    visitor.type('half');
    await visitor.waitFor('half');
    await place.zd(['-C', 'app.conf', 'send', 'other']);
    await visitor.waitFor('other\n');
    visitor.type(' line\r');
    await waitForFile(place.path('log'), text => text.endsWith('half line\n'));
    visitor.press('ctrl-c');
    await visitor.waitFor('left app, which goes on\nstatus 0\nover\n');
    assert.ok(isRestored(place));
  },
);

test.skipIf(missing, 'a program that takes no input is followed, and attach says what to set', async () => {
  const place = makePlace();
  const pid = await startConsole(place, `sh -c 'echo "\\033]0;title\\007up"; exec sleep 1000'`, {
    pty: 'off',
  });
  const visitor = visit(place);
  await visitor.waitFor('nothing can be typed: set pty = on for a console, or stdin = control for lines');
  await visitor.waitFor('^[]0;title^Gup');
  visitor.type('\x1d');
  await visitor.waitFor('status 0\nover\n');
  assert.equal([isRestored(place), isAlive(pid)], [true, true]);
});

test.skipIf(missing, 'without a manager there is nothing to visit, and the status is 3', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', pty: 'on' });
  const visitor = visit(place);
  await visitor.waitFor('daemon manager not running\nstatus 3\nover\n');
});

test.skipIf(missing, 'what is said when a visitor leaves has a line of its own', async () => {
  const place = makePlace();
  await startConsole(place, `sh -c 'printf "prompt> "; exec sleep 1000'`);
  const visitor = visit(place);
  await visitor.waitFor('prompt> ');
  visitor.type('\x1d');
  await visitor.waitFor('\nzd: left app, which goes on\nstatus 0\nover\n');
});

test.skipIf(keeperMissing, 'a program of another configuration is not visited without --force', async () => {
  const place = makePlace();
  await startConsole(place, ECHOES, { 'socket-name': 'sock' });
  place.write('other.conf', '[runner]\nprogram = sleep 1000\npty = on\nsocket-name = sock\n');
  const { stderr } = await place.zd('-C other.conf attach');
  assert.match(stderr, /^zd: cannot attach: sock is in use by .*app\.conf.*, or zd --force attach\n$/);
});

test('at the prompt attach is refused, because both would read the keys', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  const { stdout, stderr } = await place.zd('-C app.conf -i', { input: 'attach\nquit\n' });
  assert.match(
    stdout + stderr,
    'cannot attach at the prompt, which reads the keys itself; leave the prompt first',
  );
});

test('without a terminal attach is refused, and names what does it', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  await place.zd('-C app.conf start');
  const { status, stderr } = await place.zd('-C app.conf attach');
  assert.equal(
    [status, stderr],
    [2, 'zd: cannot attach without a terminal: zd logtail -f follows the output, and zd send types\n'],
  );
});

test.skipIf(
  missing,
  'a visitor that is suspended has a terminal as it was, and continues with that of the program',
  async () => {
    const place = makePlace();
    place.write('app.sh', `printf '\\033[?1049h\\033[?25lscreen'; exec sleep 1000\n`);
    await startConsole(place, 'sh app.sh');
    const visitor = visit(place);
    await visitor.waitFor('screen');
    const client = await visitor.client();
    process.kill(client, 'SIGTSTP');
    await until(30, 'the stop', () => statusOf(client, 'State').startsWith('T'));
    const settings = () => place.exec(['stty', '-g', '-F', `/proc/${client}/fd/0`]);
    assert.is((await settings()).stdout, place.read('before'));
    const suspended = visitor.rawScreen();
    for (const undone of ['\x1b[?1049l', '\x1b[?25h'])
      assert.ok(suspended.includes(undone), JSON.stringify(suspended));
    process.kill(client, 'SIGCONT');
    await until(30, 'the screen of the program', () => {
      const since = visitor.rawScreen().slice(suspended.length);
      return ['\x1b[?1049h', '\x1b[?25l'].every(mode => since.includes(mode));
    });
    assert.is.not((await settings()).stdout, place.read('before'));
  },
);

test.skipIf(missing, 'who only watches is told that the terminal is larger than the window', async () => {
  const place = makePlace();
  await startConsole(place, ECHOES);
  const visitor = visit(place, ['--read-only'], { columns: 60 });
  await visitor.waitFor('its terminal has 24 rows and 80 columns, more than this window');
});

test.run();
