import { existsSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { ActionContext } from '../../../src/client/context';
import { NoManager } from '../../../src/client/request';
import { askManager } from '../../../src/client/situation';
import type { StatusReport } from '../../../src/protocol/messages';
import { systemClock } from '../../../src/system/clock';
import { clearPlaces, makePlace, pidIn } from '../../helpers/cli';
import {
  endAndTally,
  killManager,
  report,
  startNumbered,
  waitForLines,
} from '../../helpers/numbered-program';
import { isAlive } from '../../helpers/processes';
import { removeFolder } from '../../helpers/temp';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('socket guard');
const linuxOnly = process.platform !== 'linux' && 'needs /proc';
test.after.each(clearPlaces);

test('a removed socket is bound again', async () => {
  const { place, pid } = await startNumbered(makePlace());
  for (let count = 0; count < 3; count++) {
    unlinkSync(place.path('zdsock'));
    await until(30, 'the socket', () => existsSync(place.path('zdsock')));
    assert.is(statSync(place.path('zdsock')).mode & 0o777, 0o600);
    assert.is((await report(place)).pid, pid);
  }
  assert.match(place.read('events'), 'was removed; bound it again');
});

test('status waits for a socket that is about to come back', async () => {
  const { place, pid } = await startNumbered(makePlace());
  unlinkSync(place.path('zdsock'));
  assert.is((await place.zd('status')).stdout, `program running; pid=${pid}\n`);
});

test('a request waits for a socket that was just removed, but not for a manager that has exited', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const socketName = place.path('zdsock');
  const context = { configuration: { settings: { socketName } }, clock: systemClock } as ActionContext;
  for (let count = 0; count < 5; count++) {
    unlinkSync(socketName);
    assert.is(((await askManager(context, {}, 'status')) as StatusReport).pid, pid);
  }
  await killManager(place);
  const error = await askManager(context, {}, 'status').catch(reason => reason);
  assert.instance(error, NoManager);
  assert.equal(await endAndTally(place), []);
});

test('if another file replaces the socket, log and status report it, and the file is untouched', async () => {
  const { place, pid } = await startNumbered(makePlace());
  writeFileSync(place.path('other'), 'precious');
  renameSync(place.path('other'), place.path('zdsock'));
  await waitForFile(place.path('events'), text => text.includes('was replaced by another file'));
  const { managerPid } = JSON.parse(place.read('.zdsock.zd/state.json')).manager;
  const status = await place.zd('status');
  assert.is(status.status, 4);
  assert.match(status.stderr, /is alive, but .*zdsock is no longer its socket; move that path away/);
  assert.is(managerPid, undefined);
  unlinkSync(place.path('zdsock'));
  await until(30, 'the socket', async () => (await report(place)).pid === pid);
  assert.is((await report(place)).socketError, null);
});

test('a file at the path of the socket outlives the manager', async () => {
  const { place, pid } = await startNumbered(makePlace());
  writeFileSync(place.path('other'), 'precious');
  renameSync(place.path('other'), place.path('zdsock'));
  const { manager } = JSON.parse(place.read('.zdsock.zd/state.json'));
  process.kill(manager.pid, 'SIGTERM');
  await until(30, 'the end of both', () => !isAlive(manager.pid) && !isAlive(pid));
  assert.is(place.read('zdsock'), 'precious');
});

test('the folder of the socket can be removed and recreated', async () => {
  const place = makePlace();
  place.write('run/keep', '');
  place.configure({ program: 'sleep 1000', 'socket-name': place.path('run/sock'), 'start-seconds': '0' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  removeFolder(place.path('run'));
  await until(30, 'no manager there', async () => (await place.zd('-C app.conf status')).status === 3);
  place.write('run/keep', '');
  await until(30, 'the socket', () => existsSync(place.path('run/sock')));
  assert.is((await place.zd('-C app.conf status')).stdout, `program running; pid=${pid}\n`);
  await until(30, 'the state', () => existsSync(place.path('run/.sock.zd/state.json')));
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.not(isAlive(pid));
});

test.skipIf(linuxOnly, 'removing the state folder of a running manager loses nothing', async () => {
  const { place, pid } = await startNumbered(makePlace());
  removeFolder(place.path('.zdsock.zd'));
  const restarted = await place.zd('-C app.conf restart');
  assert.is(restarted.stdout, `daemon process restarted, pid=${pidIn(restarted)}\n`);
  assert.is.not(pidIn(restarted), pid);
  await waitForLines(place);
  // The FIFO no longer has a name, but the next manager still finds it.
  await killManager(place);
  const again = await place.zd('-C app.conf start');
  assert.is(again.stdout, `daemon process already running; pid=${pidIn(restarted)}\n`);
  await waitForLines(place);
  assert.equal(await endAndTally(place), []);
});

test.skipIf(linuxOnly, 'removing socket and state folder at once still leaves one manager', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const { managerPid } = await report(place);
  for (const name of ['.zdsock.zd', 'zdsock']) removeFolder(place.path(name));
  const starts = await Promise.all([1, 2, 3].map(() => place.zd('-C app.conf start')));
  for (const { stdout } of starts) assert.is(stdout, `daemon process already running; pid=${pid}\n`);
  assert.is((await report(place)).managerPid, managerPid);
  assert.equal(await endAndTally(place), []);
});

test.run();
