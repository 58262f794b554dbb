import { readFileSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, pidIn } from '../../helpers/cli';
import { tallyLines } from '../../helpers/numbered';
import {
  configureNumbered,
  endAndTally,
  killManager,
  report,
  startNumbered,
  tally,
  waitForLines,
} from '../../helpers/numbered-program';
import { isAlive, isConnected, waitForEnd } from '../../helpers/processes';
import { until, waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('adoption');
const KILLS = 30;
const linuxOnly = process.platform !== 'linux' && 'needs /proc';
test.after.each(clearPlaces);

test.limit(
  120,
  `${KILLS} managers die, the program continues to write, and start adopts it each time`,
  async () => {
    const { place, pid } = await startNumbered(makePlace());
    await waitForLines(place);
    for (let kill = 0; kill < KILLS; kill++) {
      await killManager(place);
      const again = await place.zd('-C app.conf start');
      assert.equal(again, { status: 0, stdout: `daemon process already running; pid=${pid}\n`, stderr: '' });
    }
    assert.ok((await report(place)).adopted);
    assert.equal(await endAndTally(place), []);
    assert.equal(tallyLines(place.path('numbers'), place.read('log')).pids, [pid]);
  },
);

test('an orphan is reported, and its output is still written', async () => {
  const { place, pid } = await startNumbered(makePlace());
  await waitForLines(place);
  await killManager(place);
  assert.equal(await place.zd('status'), {
    status: 1,
    stdout: `daemon manager not running; program still running, pid=${pid} (zd start adopts it)\n`,
    stderr: '',
  });
  assert.is(JSON.parse((await place.zd('status --json')).stdout).state, 'orphaned');
  assert.is((await place.zdaemon('status')).stdout, 'daemon manager not running\n');
  await waitForLines(place, 50);
  assert.equal(await endAndTally(place), []);
});

test('stop stops a program whose manager is dead', async () => {
  const { place, pid } = await startNumbered(makePlace());
  await killManager(place);
  assert.equal(await place.zd('stop'), { status: 0, stdout: 'daemon process stopped\n', stderr: '' });
  assert.not(isAlive(pid));
  assert.is((await place.zd('status')).status, 3);
  assert.equal(tally(place), []);
});

test('restart adopts it and restarts it', async () => {
  const { place, pid } = await startNumbered(makePlace());
  await killManager(place);
  const restarted = await place.zd('-C app.conf restart');
  assert.is(restarted.stdout, `daemon process restarted, pid=${pidIn(restarted)}\n`);
  assert.is.not(pidIn(restarted), pid);
  assert.not((await report(place)).adopted);
  await waitForLines(place);
  assert.equal(await endAndTally(place), []);
});

test('kill reaches a program whose manager is dead', async () => {
  const { place, pid } = await startNumbered(makePlace());
  await killManager(place);
  const killed = await place.zd('kill KILL');
  assert.is(killed.stdout, `kill(${pid}, 9)\nsignal SIGKILL sent to process ${pid}\n`);
  await waitForEnd(pid);
  assert.is((await place.zd('kill')).stdout, 'daemon process not running\n');
});

test('wait continues through the death of the manager and an upgrade', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const zd = `${import.meta.dirname}/../../../bin/zd.js`;
  const waiting = place.launch([process.execPath, zd, '-C', 'app.conf', 'wait']);
  await until(30, 'a wait under way', () => isConnected(waiting.child.pid));
  const first = await killManager(place);
  await until(
    30,
    'another manager',
    async () => ![first, undefined].includes((await report(place)).managerPid),
  );
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  assert.is(waiting.child.exitCode, null);
  assert.ok(isAlive(pid));
  await place.zd('stop');
  const ended = await within(30, waiting.done, 'the end of the wait');
  assert.is(ended.stdout, 'daemon process stopped\ndaemon manager not running\n');
});

test('an adopted program that exits is restarted as after a crash', async () => {
  const { place, pid } = await startNumbered(makePlace());
  await killManager(place);
  await place.zd('-C app.conf start');
  process.kill(pid, 'SIGKILL');
  const next = await until(30, 'another program', async () => {
    const { pid: now, lastExit, state } = await report(place);
    return state === 'running' && now !== pid && { now, lastExit };
  });
  assert.equal([next.lastExit?.code, next.lastExit?.signal], [null, null]);
  assert.match(place.read('events'), `pid ${pid}: exit status unknown`);
  assert.equal(await endAndTally(place), []);
});

test('a dead manager and a dead program: start just starts, and no line is missing', async () => {
  const { place, pid } = await startNumbered(makePlace());
  await waitForLines(place);
  await killManager(place);
  process.kill(pid, 'SIGKILL');
  await waitForEnd(pid);
  const down = 'daemon manager not running\nkilled with its manager\n';
  assert.is((await place.zd('status')).stdout, down);
  assert.is((await place.zd('stop')).stdout, 'daemon manager not running\n');
  const started = await place.zd('-C app.conf start');
  assert.is(started.stdout, `daemon process started, pid=${pidIn(started)}\n`);
  await waitForLines(place);
  assert.equal(await endAndTally(place), []);
});

test('the leftovers of an adopted program are ended when it is stopped', async () => {
  const place = makePlace();
  const script = place.write('family.sh', 'trap "exit 0" TERM\nsleep 1000 & echo $! >child\nwait\n');
  place.configure({ program: `sh ${script}`, 'stop-timeout': '2' });
  await place.zd('-C app.conf start');
  const child = Number(await waitForFile(place.path('child'), text => text.endsWith('\n')));
  await killManager(place);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.not(isAlive(child));
});

test.skipIf(linuxOnly, 'a program that the state does not mention is found by its output', async () => {
  const { place, pid } = await startNumbered(makePlace());
  await killManager(place);
  place.write('.zdsock.zd/state.json', '');
  assert.is((await place.zd('status')).status, 1);
  assert.is((await place.zd('-C app.conf start')).stdout, `daemon process already running; pid=${pid}\n`);
  assert.match(place.read('events'), `found process pid=${pid} by its output`);
  assert.equal(await endAndTally(place), []);
});

test.skipIf(linuxOnly, 'a manager that dies right after the spawn leaves no second program', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const file = place.path('.zdsock.zd/state.json');
  await killManager(place);
  const { program, ...state } = JSON.parse(readFileSync(file, 'utf8'));
  // The state that is saved just before a spawn.
  writeFileSync(file, JSON.stringify({ ...state, program: null, spawning: Number(program.startTime) - 1 }));
  assert.is((await place.zd('stop')).stdout, 'daemon process stopped\n');
  assert.not(isAlive(pid));
  assert.equal(tally(place), []);
});

test.skipIf(
  linuxOnly,
  'removing the state folder of a dead manager loses neither program nor line',
  async () => {
    const { place, pid } = await startNumbered(makePlace());
    await killManager(place);
    await place.exec(['rm', '-r', place.path('.zdsock.zd')]);
    configureNumbered(place);
    assert.is((await place.zd('-C app.conf start')).stdout, `daemon process already running; pid=${pid}\n`);
    await waitForLines(place);
    assert.equal(await endAndTally(place), []);
  },
);

test.run();
