import { existsSync, renameSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { listChildren } from '../../../src/system/processes';
import { clearPlaces, commandOf, makePlace } from '../../helpers/cli';
import { keeperMissing, killThreeManagers } from '../../helpers/keeper';
import { endAndTally, report, startNumbered, tally, waitForLines } from '../../helpers/numbered-program';
import { commandLine, isConnected, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* A manager that dies is replaced at once, unless it ends on purpose or dies again and again. */

const test = suite('revival');
test.after.each(clearPlaces);

const during: { command: string; expects: RegExp }[] = [
  { command: 'status', expects: /^program running; pid=\d+\n$/ },
  { command: 'start', expects: /^daemon process already running; pid=\d+\n$/ },
  { command: 'reopen_transcript', expects: /^$/ },
  { command: 'kill CONT', expects: /^kill\(\d+, 18\)\nsignal SIGCONT sent to process \d+\n$/ },
  { command: 'restart', expects: /^daemon process restarted, pid=\d+\n$/ },
  { command: 'stop', expects: /^daemon process stopped\n$/ },
];

for (const { command, expects } of during)
  test.skipIf(keeperMissing, `${command} succeeds while a killed manager is being replaced`, async () => {
    const { place } = await startNumbered(makePlace());
    const { managerPid } = await report(place);
    await waitForLines(place);
    process.kill(managerPid, 'SIGKILL');
    const { status, stdout, stderr } = await place.zd(`-C app.conf ${command}`);
    assert.equal([status, stderr], [0, '']);
    assert.match(stdout, expects);
    assert.equal(await endAndTally(place), []);
  });

test.skipIf(
  keeperMissing,
  'wait begins while a manager is being replaced, and ends with the program',
  async () => {
    const { place, pid } = await startNumbered(makePlace(), { 'exit-codes': '-1', 'hang-around': 'on' });
    const { managerPid } = await report(place);
    process.kill(managerPid, 'SIGKILL');
    const waiting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'wait']);
    await until(30, 'a wait under way', () => isConnected(waiting.child.pid));
    process.kill(pid, 'SIGKILL');
    const { status, stdout } = await waiting.done;
    assert.equal(
      [status, stdout],
      [0, 'daemon process stopped\ndaemon manager running; daemon process not running\n'],
    );
    assert.equal(tally(place), []);
  },
);

for (const command of ['status', 'start'])
  test.skipIf(keeperMissing, `after three quick ends there is no manager until ${command}`, async () => {
    const { place, pid } = await startNumbered(makePlace());
    const { keeperPid } = await report(place);
    await killThreeManagers(place);
    // The program goes on, and its output still reaches the file.
    await waitForLines(place, 30);
    assert.equal(managersOf(keeperPid as number), []);
    const { status, stdout } = await place.zd(`-C app.conf ${command}`);
    assert.is(status, 0);
    assert.match(stdout, `pid=${pid}\n`);
    const now = await report(place);
    assert.equal([now.pid, now.keeperPid, now.adopted], [pid, keeperPid, false]);
    assert.equal(await endAndTally(place), []);
  });

test.skipIf(keeperMissing, 'a program that ends without a manager is restarted by the next one', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const { keeperPid } = await report(place);
  await killThreeManagers(place);
  process.kill(pid, 'SIGKILL');
  await waitForEnd(pid);
  process.kill(keeperPid as number, 'SIGHUP');
  await until(30, 'the next program', async () => {
    const now = await report(place);
    return now.state === 'running' && now.pid !== pid && now.lastExit?.signal === 9;
  });
  assert.equal(await endAndTally(place), []);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  for (const target of ['manager', 'keeper'])
    test.skipIf(keeperMissing, `${signal} to the ${target} ends both in order`, async () => {
      const { place, pid } = await startNumbered(makePlace());
      await waitForLines(place);
      const { managerPid, keeperPid } = await report(place);
      process.kill(target === 'manager' ? managerPid : (keeperPid as number), signal);
      for (const one of [managerPid, keeperPid as number, pid]) await waitForEnd(one);
      assert.match(place.read('events'), `daemon manager killed by ${signal}`);
      assert.not(existsSync(place.path('zdsock')));
      assert.is((await place.zd('status')).status, 3);
      assert.equal(tally(place), []);
    });

test.skipIf(keeperMissing, 'SIGTERM to both at once, as systemd sends it, revives none', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const { managerPid, keeperPid } = await report(place);
  // The keeper passes it on, so on a busy machine the others may be gone already.
  for (const one of [keeperPid as number, managerPid, pid]) killIfThere(one);
  for (const one of [managerPid, keeperPid as number, pid]) await waitForEnd(one);
  assert.is((await place.zd('status')).status, 3);
});

test.skipIf(keeperMissing, 'SIGHUP to the keeper has the manager reopen the transcript', async () => {
  const { place } = await startNumbered(makePlace());
  await waitForLines(place);
  const { keeperPid, managerPid } = await report(place);
  renameSync(place.path('log'), place.path('log.1'));
  process.kill(keeperPid as number, 'SIGHUP');
  await waitForFile(place.path('log'), text => text !== '');
  assert.is((await report(place)).managerPid, managerPid);
  await place.zd('stop');
});

/** The managers that a keeper has as children. */
function managersOf(keeper: number): number[] {
  return listChildren(keeper).filter(pid => / \S*manager\.js /.test(commandLine(pid)));
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

test.run();
