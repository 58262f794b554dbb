import * as assert from 'uvu/assert';
import { clearPlaces, makePlace } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { report } from '../../helpers/numbered-program';
import { isAlive } from '../../helpers/processes';
import { ptyMissing } from '../../helpers/pty';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';
import { closeVisitors, ECHOES, GREETING, isRestored, startConsole, visit } from './helpers/visitor';

/* Visitors of a program on a pseudo-terminal. */

const test = suite('attach');
test.after.each(async () => {
  closeVisitors();
  await clearPlaces();
});
const missing = keeperMissing || ptyMissing;

test.skipIf(missing, 'two visitors see and type the same, and leave without ending the program', async () => {
  const place = makePlace();
  const pid = await startConsole(place, ECHOES);
  const [one, other] = [visit(place), visit(place)];
  for (const visitor of [one, other]) await visitor.waitFor(GREETING);
  for (const [typist, text] of [
    [one, 'first'],
    [other, 'second'],
  ] as const) {
    typist.type(`${text}\r`);
    for (const visitor of [one, other]) await visitor.waitFor(`got ${text}\n`);
  }
  one.type('\x1d');
  await one.waitFor('left app, which goes on\nstatus 0\nover\n');
  assert.ok(isRestored(place));
  other.type('third\r');
  await other.waitFor('got third\n');
  assert.ok(isAlive(pid));
  await place.zd('-C app.conf stop');
  await other.waitFor('the manager of app has left\nstatus 0\nover\n');
  assert.ok(isRestored(place));
});

test.skipIf(missing, 'the window has the size of the visitor that typed last', async () => {
  const place = makePlace();
  await startConsole(place, ECHOES);
  const wide = visit(place, [], { columns: 100 });
  await wide.waitFor(GREETING);
  const narrow = visit(place, [], { columns: 60 });
  await narrow.waitFor(GREETING);
  wide.type('a\r');
  await wide.waitFor('40 100\n');
  narrow.type('b\r');
  await narrow.waitFor('40 60\n');
  wide.resize(90, 30);
  narrow.type('c\r');
  await narrow.waitFor('40 60\n');
  wide.type('d\r');
  await wide.waitFor('30 90\n');
  wide.resize(70, 20);
  await until(30, 'the new size', async () => {
    await place.zd(['-C', 'app.conf', 'send', 'e']);
    return place.read('log').endsWith('20 70\r\ngot e\r\n');
  });
});

test.skipIf(missing, 'a screen is shown as it looks, and its program takes keys', async () => {
  const place = makePlace();
  place.write('text', Array.from({ length: 500 }, (_, index) => `line ${index}.\n`).join(''));
  await startConsole(place, 'less text', { 'stop-signals': 'KILL' });
  const one = visit(place);
  await one.waitFor('line 38.');
  one.type('G');
  await one.waitFor('line 499.');
  const other = visit(place);
  await other.waitFor('line 461.');
  await other.waitFor('line 499.');
  assert.not(other.screen().includes('line 460.'));
  other.type('g');
  await one.waitFor('line 0.');
  other.type('\x1d');
  await other.waitFor('over\n');
  assert.ok(isRestored(place));
  // The cursor is shown, and the screen of the lines is back.
  assert.ok(other.rawScreen().slice(-200).includes('\x1b[?1049l'));
});

test.skipIf(missing, 'a visit survives restarts of the program, and says so', async () => {
  const place = makePlace();
  await startConsole(place, ECHOES);
  const visitor = visit(place);
  await visitor.waitFor(GREETING);
  await place.zd('-C app.conf restart');
  await visitor.waitFor('zd: app exited');
  await visitor.waitFor('zd: app started');
  visitor.type('again\r');
  await visitor.waitFor('got again\n');
});

for (const way of ['SIGKILL', 'upgrade'] as const)
  test.skipIf(missing, `a visit survives the end of the manager by ${way}`, async () => {
    const place = makePlace();
    const pid = await startConsole(place, ECHOES);
    const visitor = visit(place);
    await visitor.waitFor(GREETING);
    visitor.type('before\r');
    await visitor.waitFor('got before\n');
    const { managerPid } = await report(place);
    if (way === 'upgrade') await place.zd('-C app.conf upgrade');
    else process.kill(managerPid, 'SIGKILL');
    await until(30, 'the next manager', async () => (await report(place)).managerPid !== managerPid);
    await place.zd(['-C', 'app.conf', 'send', 'sent']);
    await visitor.waitFor('got sent\n');
    visitor.type('after\r');
    await visitor.waitFor('got after\n');
    assert.is((await report(place)).pid, pid);
    const lines = visitor
      .screen()
      .split('\n')
      .filter(line => line.startsWith('got '));
    assert.equal(lines, ['got before', 'got sent', 'got after']);
  });

test.skipIf(missing, 'with --read-only nothing is typed, and no size decided', async () => {
  const place = makePlace();
  await startConsole(place, ECHOES);
  const visitor = visit(place, ['--read-only'], { columns: 50 });
  await visitor.waitFor('watching the console of app');
  visitor.type('hello\r');
  await place.zd(['-C', 'app.conf', 'send', 'x']);
  await visitor.waitFor('24 80\ngot x\n');
  assert.not(place.read('log').includes('hello'));
});

test.skipIf(missing, 'detach-key names the key, and Ctrl-] reaches the program then', async () => {
  const place = makePlace();
  await startConsole(
    place,
    `sh -c 'stty -echo; read line; printf %s "$$line" | od -An -c; exec sleep 1000'`,
    {
      'detach-key': 'ctrl-q',
    },
  );
  const visitor = visit(place);
  await visitor.waitFor('leave with Ctrl-Q');
  visitor.type('\x1d\r');
  await visitor.waitFor('035');
  visitor.type('\x11');
  await visitor.waitFor('over\n');
});

test.skipIf(missing, 'Ctrl-Z and Ctrl-C are for the program', async () => {
  const place = makePlace();
  place.write(
    'traps.sh',
    'trap "echo int" INT\ntrap "echo tstp" TSTP\necho up\nwhile :; do sleep 0.1; done\n',
  );
  await startConsole(place, 'sh traps.sh', { 'stop-signals': 'KILL' });
  const visitor = visit(place);
  await visitor.waitFor('up');
  visitor.type('\x03');
  await visitor.waitFor('int\n');
  visitor.type('\x1a');
  await visitor.waitFor('tstp\n');
});

test.skipIf(missing, 'keys and text can be sent without a visit', async () => {
  const place = makePlace();
  const pid = await startConsole(place, ECHOES);
  await place.zd(['-C', 'app.conf', 'send', 'hello', 'there']);
  await waitForFile(place.path('log'), text => text.endsWith('got hello there\r\n'));
  const { status, stdout } = await place.zd(['-C', 'app.conf', 'send', '--key', 'ctrl-c']);
  assert.equal([status, stdout], [0, `1 byte sent to process ${pid}\n`]);
  await until(30, 'the end by Ctrl-C', async () => (await report(place)).lastExit?.signal === 2);
});

test.run();
