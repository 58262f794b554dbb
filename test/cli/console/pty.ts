import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { tallyLines } from '../../helpers/numbered';
import { report, startNumbered, waitForLines } from '../../helpers/numbered-program';
import { isAlive, killWithKeeper, listNamed, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';

/* A program with `pty = on` runs on a pseudo-terminal, whose holder outlives managers. */

const test = suite('programs on a pseudo-terminal');
test.after.each(clearPlaces);

test.skipIf(
  keeperMissing,
  'its three streams are its controlling terminal, of 24 rows and 80 columns',
  async () => {
    const place = makePlace();
    await start(
      place,
      'test -t 0 && test -t 1 && test -t 2 && echo terminal >/dev/tty; stty size; exec sleep 1000',
    );
    await waitForFile(place.path('log'), text => text === 'terminal\r\n24 80\r\n');
  },
);

test.skipIf(
  keeperMissing,
  'a stop ends an interactive shell, with what it runs, before its time is over',
  async () => {
    const place = makePlace();
    configure(place, 'exec sh -i', { 'stop-timeout': '100' });
    assert.is((await place.zd('-C app.conf start')).status, 0);
    await place.zd(['-C', 'app.conf', 'send', 'sleep 1000 & echo job $!; cat']);
    await waitForFile(place.path('log'), text => /job \d+\r\n/.test(text));
    const job = Number(/job (\d+)\r\n/.exec(place.read('log'))?.[1]);
    const stopped = await place.zd('-C app.conf stop');
    assert.equal([stopped.status, stopped.stdout, stopped.stderr], [0, 'daemon process stopped\n', '']);
    assert.not.ok(isAlive(job));
  },
);

test.skipIf(
  keeperMissing,
  'TERM is set for a caller without a terminal, unless a section sets it',
  async () => {
    const place = makePlace({ env: { TERM: undefined } });
    await start(place, 'echo $$TERM; exec sleep 1000');
    await waitForFile(place.path('log'), text => text === 'xterm-256color\r\n');
    await place.zd('-C app.conf stop');
    configure(place, 'echo $$TERM; exec sleep 1000', {}, '<environment>\n  TERM dumb\n</environment>\n');
    await place.zd('-C app.conf start');
    await waitForFile(place.path('log'), text => text.endsWith('dumb\r\n'));
  },
);

test.skipIf(
  keeperMissing,
  'all that it writes before its exit is in the file, and its exit status is known',
  async () => {
    const place = makePlace();
    place.write(
      'flood.py',
      `import os\nfor i in range(3000): os.write(1, b"%d %s\\n" % (i, b"x" * 60))\nos._exit(7)\n`,
    );
    configure(place, 'exec python3 flood.py', { 'hang-around': 'on', 'exit-codes': '7' });
    await place.zd('-C app.conf start');
    await until(30, 'the end', async () => (await report(place)).lastExit?.code === 7);
    const numbers = place
      .read('log')
      .trimEnd()
      .split('\r\n')
      .map(line => Number(line.split(' ')[0]));
    assert.equal(numbers, [...Array(3000).keys()]);
  },
);

test.skipIf(keeperMissing, 'a SIGKILL of the manager costs neither output nor the exit status', async () => {
  const { place, pid } = await startOnTerminal(makePlace(), { 'hang-around': 'on', 'exit-codes': '-1' });
  for (let kills = 0; kills < 2; kills++) {
    await waitForLines(place);
    const { managerPid } = await report(place);
    process.kill(managerPid, 'SIGKILL');
    await until(30, 'the next manager', async () => (await report(place)).managerPid !== managerPid);
  }
  await waitForLines(place);
  process.kill(pid, 'SIGTERM');
  await until(30, 'the end', async () => (await report(place)).lastExit?.signal === 15);
  assert.equal(tally(place), []);
});

test.skipIf(keeperMissing, 'an upgrade leaves the program on its terminal', async () => {
  const { place, pid } = await startOnTerminal(makePlace());
  const before = holdersOf(place);
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  await waitForLines(place);
  assert.equal([(await report(place)).pid, holdersOf(place)], [pid, before]);
  await place.zd('-C app.conf stop');
  await until(30, 'the end of the holder', () => holdersOf(place).length === 0);
  assert.equal(tally(place), []);
});

test.skipIf(keeperMissing, 'a program that the state does not mention is found by its terminal', async () => {
  const { place, pid } = await startOnTerminal(makePlace());
  const { managerPid } = await report(place);
  await killWithKeeper(managerPid);
  const file = '.zdsock.zd/state.json';
  const { program, ...state } = JSON.parse(place.read(file));
  // The state that is saved just before a spawn.
  place.write(file, JSON.stringify({ ...state, program: null, spawning: Number(program.startTime) - 1 }));
  assert.is((await place.zd('-C app.conf start')).stdout, `daemon process already running; pid=${pid}\n`);
  await place.zd('-C app.conf stop');
  assert.not(isAlive(pid));
});

test.skipIf(keeperMissing, 'after a SIGKILL of keeper and manager, the next start adopts it', async () => {
  const { place, pid } = await startOnTerminal(makePlace());
  await waitForLines(place);
  const { managerPid, keeperPid } = await report(place);
  process.kill(keeperPid as number, 'SIGKILL');
  process.kill(managerPid, 'SIGKILL');
  await waitForEnd(managerPid);
  assert.match((await place.zd('-C app.conf start')).stdout, `already running; pid=${pid}`);
  await waitForLines(place);
  await place.zd('-C app.conf stop');
  assert.not(isAlive(pid));
  assert.equal([tally(place), holdersOf(place)], [[], []]);
});

test.skipIf(keeperMissing, 'each run has a terminal with the usual settings', async () => {
  const place = makePlace();
  const pid = await start(place, 'stty -a | grep -o -e "-\\?icanon"; stty raw; echo up; exec sleep 1000');
  await waitForFile(place.path('log'), text => text === 'icanon\r\nup\n');
  process.kill(pid, 'SIGKILL');
  await waitForFile(place.path('log'), text => text === 'icanon\r\nup\nicanon\r\nup\n');
  assert.is(holdersOf(place).length, 1);
});

test.skipIf(keeperMissing, 'what a run leaves behind is stopped, and its last words are kept', async () => {
  const place = makePlace();
  place.write(
    'child.sh',
    `trap "" HUP; trap "echo bye; exit" TERM; echo $$ >child; while :; do sleep 0.1; done\n`,
  );
  await start(place, 'sh child.sh & exec sleep 1000');
  const child = Number(await waitForFile(place.path('child'), text => text.endsWith('\n')));
  const [holder] = holdersOf(place);
  await place.zd('-C app.conf stop');
  const isLeft = isAlive(child);
  // It is told to exit by the manager, which does not wait for that.
  await waitForEnd(holder as number);
  assert.equal([isLeft, holdersOf(place)], [false, []]);
  assert.match(place.read('log'), /bye\r\n$/);
});

test.skipIf(
  keeperMissing,
  'without the holder the program gets SIGHUP, and is started on another terminal',
  async () => {
    const place = makePlace();
    const pid = await start(place, 'echo up; exec sleep 1000');
    await waitForFile(place.path('log'), text => text === 'up\r\n');
    const [holder] = holdersOf(place);
    process.kill(holder as number, 'SIGKILL');
    await waitForFile(place.path('log'), text => text === 'up\r\nup\r\n');
    const now = await report(place);
    assert.is(now.lastExit?.signal, 1);
    assert.is.not(now.pid, pid);
    assert.is.not(holdersOf(place)[0], holder);
  },
);

test('without perl the start fails and says what is missing', async () => {
  const place = makePlace({ env: { PATH: makePathWithoutPerl() } });
  configure(place, 'exec sleep 1000');
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 1);
  assert.match(stderr, /cannot start app: a pseudo-terminal needs a keeper.*install the package perl/);
});

/** A program of sh on a terminal; its output goes to `log`. */
function configure(place: Place, script: string, runner: Record<string, string> = {}, sections = ''): void {
  const own = { program: `sh -c '${script}'`, pty: 'on', transcript: 'log', 'start-seconds': '0' };
  place.configure({ ...own, directory: place.folder, ...runner }, sections);
}

async function start(place: Place, script: string, runner: Record<string, string> = {}): Promise<number> {
  configure(place, script, runner);
  return pidIn(await place.zd('-C app.conf start'));
}

/** The errors in the numbered lines of the transcript, whose ends are the terminal's. */
function tally(place: Place): string[] {
  const { errors, gaps } = tallyLines(place.path('numbers'), place.read('log').replaceAll('\r\n', '\n'));
  return [...errors, ...gaps];
}

async function startOnTerminal(place: Place, runner: Record<string, string> = {}) {
  return startNumbered(place, { pty: 'on', ...runner });
}

function holdersOf(place: Place): number[] {
  return listNamed(`zd: holds the terminal of ${place.path('zdsock')}`);
}

test.run();
