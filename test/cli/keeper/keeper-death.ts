import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import {
  endAndTally,
  killManager,
  report,
  startNumbered,
  tally,
  waitForLines,
} from '../../helpers/numbered-program';
import { commandLine, isAlive, openDescriptors, waitForEnd } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Nobody has a reason to kill or to stop a keeper; its manager makes the best of it. */

const test = suite('death of the keeper');
test.after.each(clearPlaces);

test.skipIf(keeperMissing, 'a killed keeper is replaced, and the program is adopted', async () => {
  const { place, pid } = await startNumbered(makePlace());
  await waitForLines(place);
  const before = await report(place);
  const shown = commandLine(before.keeperPid as number);
  assert.match(shown, `zd: keeps ${place.path('zdsock')} (app)`);
  const next = await replaceKeeper(place, before.keeperPid as number);
  assert.is(commandLine(next.keeperPid as number), shown);
  assert.equal(
    [next.pid, next.managerPid, next.adopted, next.state],
    [pid, before.managerPid, true, 'running'],
  );
  assert.match(place.read('events'), 'the keeper was killed; how the program exits will be unknown');
  assert.is((await place.zd('status')).stdout, `program running; pid=${pid}\n`);
  // The lock is held on.
  const lock = place.path('.zdsock.zd');
  assert.ok([...openDescriptors(next.keeperPid as number).values()].includes(lock));
  await waitForLines(place);
  assert.equal(await endAndTally(place), []);
});

test.skipIf(keeperMissing, 'after a restart, the new keeper is the parent and knows exits', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const { keeperPid } = await report(place);
  await replaceKeeper(place, keeperPid as number);
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  const second = await report(place);
  assert.is.not(second.pid, pid);
  assert.not(second.adopted);
  process.kill(second.managerPid, 'SIGKILL');
  process.kill(second.pid as number, 'SIGKILL');
  const third = await until(30, 'the next program', async () => {
    const now = await report(place);
    return now.state === 'running' && now.pid !== second.pid && now;
  });
  assert.is(third.lastExit?.signal, 9);
  assert.is.not(third.managerPid, second.managerPid);
  assert.equal(await endAndTally(place), []);
});

test.skipIf(keeperMissing, 'an adopted program that exits is restarted, its status unknown', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const { keeperPid } = await report(place);
  await replaceKeeper(place, keeperPid as number);
  process.kill(pid, 'SIGKILL');
  const { lastExit } = await until(30, 'the next program', async () => {
    const now = await report(place);
    return now.state === 'running' && now.pid !== pid && now;
  });
  assert.equal([lastExit?.code, lastExit?.signal], [null, null]);
  assert.equal(await endAndTally(place), []);
});

test.skipIf(
  keeperMissing,
  'keeper, then manager killed: the copier is a reader, and a start adopts',
  async () => {
    const { place, pid } = await startNumbered(makePlace());
    await waitForLines(place);
    await killManager(place);
    await waitForLines(place);
    assert.is((await place.zd('-C app.conf start')).stdout, `daemon process already running; pid=${pid}\n`);
    assert.ok((await report(place)).adopted);
    assert.equal(await endAndTally(place), []);
  },
);

test.skipIf(keeperMissing, 'a stopped keeper delays what it must do, and loses nothing', async () => {
  const { place, pid } = await startNumbered(makePlace());
  await waitForLines(place);
  const { keeperPid, managerPid } = await report(place);
  process.kill(keeperPid as number, 'SIGSTOP');
  // The manager answers, the program writes, and its output is copied.
  assert.is((await place.zd('status')).stdout, `program running; pid=${pid}\n`);
  await waitForLines(place, 20);
  process.kill(pid, 'SIGKILL');
  const stop = place.launch([...commandOf('zd'), '-C', 'app.conf', 'stop']);
  await until(30, 'the stop under way', async () => (await report(place)).wanted === 'down');
  assert.ok(isAlive(managerPid));
  process.kill(keeperPid as number, 'SIGCONT');
  assert.is((await stop.done).status, 0);
  for (const one of [managerPid, keeperPid as number]) await waitForEnd(one);
  assert.equal(tally(place), []);
});

test.skipIf(
  keeperMissing,
  'a stopped keeper, and a manager that is killed: continued, it begins another',
  async () => {
    const { place, pid } = await startNumbered(makePlace());
    const { keeperPid, managerPid } = await report(place);
    process.kill(keeperPid as number, 'SIGSTOP');
    process.kill(managerPid, 'SIGKILL');
    await waitForLines(place, 20);
    process.kill(keeperPid as number, 'SIGCONT');
    const { pid: now } = await until(30, 'the next manager', async () => {
      const next = await report(place);
      return next.managerPid > 0 && next.managerPid !== managerPid && next;
    });
    assert.is(now, pid);
    assert.equal(await endAndTally(place), []);
  },
);

/** Kills a keeper. @returns the report that names the next one */
function replaceKeeper(place: Parameters<typeof report>[0], keeper: number) {
  process.kill(keeper, 'SIGKILL');
  return until(30, 'another keeper', async () => {
    const now = await report(place);
    return now.keeperPid !== null && now.keeperPid !== keeper && now;
  });
}

test.run();
