import * as assert from 'uvu/assert';
import {
  clearPlaces,
  commandOf,
  type Flavour,
  fixture,
  makePlace,
  type Place,
  pidIn,
} from '../../helpers/cli';
import { isAlive } from '../../helpers/processes';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { until, waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('Ctrl-C during a wait');
test.after.each(clearPlaces);

async function interrupt(place: Place, flavour: Flavour, words: string[]) {
  const waiting = place.launch([...commandOf(flavour), ...words]);
  await until(30, 'a dot', () => waiting.output().startsWith('. '));
  waiting.child.kill('SIGINT');
  const outcome = await waiting.done;
  // The number of dots depends on the speed of the machine.
  return { ...outcome, output: waiting.output().replace(/^(\. )+/, '. ') };
}

async function prepare(): Promise<{ place: Place; pid: number }> {
  const place = makePlace();
  place.configure({ program: fixture('stubborn.sh'), 'stop-timeout': '30', transcript: 'log' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('log'), text => text === 'ready\n');
  return { place, pid };
}

const carriesOn = 'zd: interrupted: the manager continues with the request; see zd status\n';

test('zdaemon: ^C, then the usual final line; manager and program are left alone', async () => {
  const { place, pid } = await prepare();
  const waited = await interrupt(place, 'zdaemon', ['wait']);
  const status = `program running; pid=${pid}\n`;
  assert.equal([waited.status, waited.output], [0, `. ^C\n\ndaemon process stopped\n${status}`]);
  const restarted = await interrupt(place, 'zdaemon', ['-C', 'app.conf', 'restart']);
  assert.equal([restarted.status, restarted.output], [0, `. ^C\n\ndaemon process restarted, pid=${pid}\n`]);
  const stopped = await interrupt(place, 'zdaemon', ['stop']);
  assert.equal([stopped.status, stopped.output], [0, '. ^C\n\ndaemon process stopped\n']);
  assert.ok(isAlive(pid));
});

test.skipIf(ptyMissing, 'zd: ^C, one sentence, exit 1; manager and program are left alone', async () => {
  const { place, pid } = await prepare();
  for (const [words, line] of [
    [['wait'], `waiting for the end of pid ${pid}: 1 s`],
    [['-C', 'app.conf', 'restart'], /restarting \S+: SIGTERM sent, \d s of \d\d, still there: \d+ \w+/],
    [['stop'], /stopping \S+: SIGTERM sent, \d s of \d\d, still there: \d+ \w+/],
  ] as const) {
    const [file = '', ...rest] = [...commandOf('zd'), ...words];
    const terminal = openTerminal(file, rest, { cwd: place.folder });
    await terminal.waitFor(line);
    terminal.press('ctrl-c');
    assert.equal(await within(30, terminal.exit, 'the end'), { code: 1, signal: null });
    const sentence = words[0] === 'wait' ? 'zd: interrupted: the program goes on\n' : carriesOn;
    assert.ok(terminal.screen().endsWith(sentence), terminal.screen());
  }
  assert.ok(isAlive(pid));
});

test('zdaemon: a start that was being waited for continues', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-test-program': 'false' });
  const { status, output } = await interrupt(place, 'zdaemon', ['-C', 'app.conf', 'start']);
  const { pid } = await place.report();
  assert.equal([status, output], [0, `. ^C\n\ndaemon process started, pid=${pid}\n`]);
  assert.ok(pid !== null && isAlive(pid));
});

test.skipIf(ptyMissing, 'zd: a start that was being waited for continues', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-test-program': 'false' });
  const [file = '', ...rest] = [...commandOf('zd'), '-C', 'app.conf', 'start'];
  const terminal = openTerminal(file, rest, { cwd: place.folder });
  await terminal.waitFor(/starting app: \d s of 300, waiting for command false: exit status 1/);
  terminal.press('ctrl-c');
  assert.equal(await within(30, terminal.exit, 'the end'), { code: 1, signal: null });
  const { pid } = await place.report();
  assert.ok(pid !== null && isAlive(pid));
  await place.zd('stop');
});

test.run();
