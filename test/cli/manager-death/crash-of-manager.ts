import { writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, type Place } from '../../helpers/cli';
import {
  configureNumbered,
  endAndTally,
  report,
  startNumbered,
  waitForLines,
} from '../../helpers/numbered-program';
import { isAlive, keeperOf, killWithKeeper, openDescriptors, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('crash of the manager');
const linuxOnly = process.platform !== 'linux' && 'needs prlimit(1) and /proc';
test.after.each(clearPlaces);

test('an unexpected error is logged, and a new manager takes over; the second time it continues', async () => {
  const place = makeThrowingPlace();
  const { pid } = await startNumbered(place);
  const first = (await report(place)).managerPid;
  throwNow(place);
  const second = await until(30, 'another manager', async () => {
    const { managerPid, pid: now, adopted } = await report(place);
    const isAdopted = keeperOf(managerPid) === null;
    return managerPid !== first && now === pid && adopted === isAdopted && managerPid;
  });
  await waitForEnd(first);
  const log = place.read('events');
  assert.match(log, /CRITICAL unexpected error: Error: thrown by a test\\n {4}at .*throw-in-manager/);
  throwNow(place);
  await waitForFile(place.path('events'), text => text.split('thrown by a test').length === 3);
  await waitForLines(place);
  const { managerPid, pid: now } = await report(place);
  assert.equal([managerPid, now], [second, pid]);
  // No bytes were lost between a read and a write when the manager replaced itself.
  assert.equal(await endAndTally(place), []);
});

test('the manager after an upgrade can replace itself again', async () => {
  const place = makeThrowingPlace();
  const { pid } = await startNumbered(place);
  for (const change of [throwNow, () => place.zd('-C app.conf upgrade'), throwNow]) {
    const { managerPid: before } = await report(place);
    await change(place);
    await until(30, 'another manager', async () => (await report(place)).managerPid !== before);
    await waitForEnd(before);
  }
  assert.is((await report(place)).pid, pid);
  assert.equal(await endAndTally(place), []);
});

test('an unexpected error while a start is being retried: the next manager continues to retry', async () => {
  const place = makeThrowingPlace();
  configureNumbered(place, { program: 'sh -c "exit 3"', forever: 'on', 'backoff-limit': '60' });
  await place.zd('-C app.conf start');
  const { managerPid: before } = await report(place);
  throwNow(place);
  const after = await until(30, 'another manager', async () => {
    const seen = await report(place);
    return seen.managerPid > 0 && seen.managerPid !== before && seen;
  });
  assert.is(after.wanted, 'up');
  await place.zd('-C app.conf stop');
});

test.skipIf(linuxOnly, 'no descriptor left at a spawn: a failed start that is retried', async () => {
  const { place, pid } = await startNumbered(makePlace(), { 'backoff-limit': '60', 'stop-timeout': '1' });
  const { managerPid } = await report(place);
  // The connection of the report is gone: what remains is the socket it listens on, and the wire to its keeper.
  const sockets = keeperOf(managerPid) === null ? 1 : 2;
  const used = await until(30, 'a manager at rest', () => {
    const open = openDescriptors(managerPid);
    return [...open.values()].filter(target => target.startsWith('socket:')).length === sockets && open;
  });
  await limitFiles(
    place,
    managerPid,
    [...used.keys(), used.size].findIndex((_, fd) => !used.has(fd)),
  );
  process.kill(pid, 'SIGKILL');
  await waitForFile(place.path('events'), text => /can't exec: .*too many open files/.test(text));
  assert.ok(isAlive(managerPid));
  await limitFiles(place, managerPid, 1024);
  const next = await until(30, 'the program', async () => (await report(place)).pid);
  assert.is.not(next, pid);
  assert.is((await report(place)).managerPid, managerPid);
  assert.not(place.read('events').includes('unexpected error'), place.read('events'));
  assert.equal(await endAndTally(place), []);
});

test.skipIf(
  linuxOnly,
  'no descriptor left to poll an adopted program: it is not mistaken for dead',
  async () => {
    const { place, pid } = await startNumbered(makePlace());
    await killWithKeeper((await report(place)).managerPid);
    await place.zd('-C app.conf start');
    const { managerPid } = await report(place);
    await limitFiles(place, managerPid, Math.max(...openDescriptors(managerPid).keys()) + 1);
    const said = () => Number(place.read(`numbers/written-${pid}`));
    const before = said();
    // After two polls of the manager.
    await until(30, 'more lines', () => said() > before + 250);
    await limitFiles(place, managerPid, 1024);
    const after = await report(place);
    assert.equal([after.pid, after.restarts], [pid, 0]);
    assert.equal(await endAndTally(place), []);
  },
);

function makeThrowingPlace(): Place {
  const place = makePlace({ env: { ZD_NODE_OPTIONS: `--require=${fixture('throw-in-manager.cjs')}` } });
  const trigger = { ZD_TEST_THROW: place.path('throw') };
  const { zd } = place;
  return { ...place, zd: (args, own = {}) => zd(args, { ...own, env: { ...trigger, ...own.env } }) };
}

function throwNow(place: Place): void {
  writeFileSync(place.path('throw'), '');
}

async function limitFiles(place: Place, pid: number, most: number): Promise<void> {
  const { status, stderr } = await place.exec(['prlimit', '--pid', String(pid), `--nofile=${most}:`]);
  assert.is(status, 0, stderr);
}

test.run();
