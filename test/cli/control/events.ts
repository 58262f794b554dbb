import * as assert from 'uvu/assert';
import { ask } from '../../helpers/ask';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { report } from '../../helpers/numbered-program';
import { waitForEnd } from '../../helpers/processes';
import { Listener } from '../../helpers/subscribe';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('events on the socket');
const listeners: Listener[] = [];
test.after.each(async () => {
  for (const one of listeners.splice(0)) one.close();
  await clearPlaces();
});

async function begin(runner: Record<string, string> = {}) {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-seconds': '0', ...runner });
  const pid = pidIn(await place.zd('-C app.conf start'));
  return { place, pid, listener: await listen(place) };
}

async function listen(place: Place, params: object = {}): Promise<Listener> {
  const listener = new Listener(place.path('zdsock'), params);
  listeners.push(listener);
  await listener.subscribed();
  return listener;
}

test('the reply is the status, and every step of the program follows with a number of its own', async () => {
  const { place, pid, listener } = await begin({ 'hang-around': 'on', name: 'api' });
  const { pid: reported, lastEvent } = await listener.subscribed();
  assert.is(reported, pid);
  process.kill(pid, 'SIGKILL');
  const exited = await listener.awaitEvent('exited');
  assert.equal([exited.pid, exited.signal, exited.by, exited.program], [pid, 9, 'nobody', 'api']);
  assert.is(exited.n, lastEvent + 1);
  assert.ok(Math.abs(exited.at - Date.now() / 1000) < 60 && (exited.uptime as number) >= 0);
  const started = await listener.awaitEvent('started');
  assert.is.not(started.pid, pid);
  await place.zd('-C app.conf restart');
  await until(30, 'the restart', () => listener.kinds.filter(kind => kind === 'started').length === 2);
  await place.zd('-C app.conf stop');
  const stopped = await listener.awaitEvent('stopped');
  assert.is(stopped.by, 'stop');
  assert.ok(typeof stopped.user === 'string');
  assert.equal(listener.kinds, [
    'exited',
    'starting',
    'started',
    'restarting',
    'exited',
    'starting',
    'started',
    'stopping',
    'exited',
    'stopped',
  ]);
  assert.equal(
    listener.numbers,
    listener.numbers.map((_, index) => lastEvent + 1 + index),
  );
});

test('when the manager leaves, the last events are there, then the end', async () => {
  const { place, listener } = await begin();
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  await until(30, 'the end', () => listener.isClosed);
  assert.equal(listener.kinds, ['stopping', 'exited', 'stopped']);
});

test('a program that cannot be run any more, and one that gives up', async () => {
  const place = makePlace();
  const program = place.write('once.sh', '#!/bin/sh\nrm "$0"\nexit 1\n', 0o755);
  place.configure({ program, 'start-seconds': '0', 'backoff-limit': '2', 'hang-around': 'on' });
  await place.zd('-C app.conf start');
  const listener = await listen(place, { after: 0 });
  const gaveUp = await listener.awaitEvent('gave-up');
  assert.match(String(gaveUp.reason), 'once.sh');
  const ends = listener.events.filter(({ event }) => event === 'exited') as unknown as { pid: number }[];
  assert.is(ends.length, 2);
  assert.is(ends[1]?.pid, null);
});

test('the numbers go on over an upgrade, and a client that comes back gets what it has missed', async () => {
  const { place, pid, listener } = await begin();
  await place.zd('-C app.conf reopen_transcript');
  const { n } = await listener.awaitEvent('reopened');
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  await until(30, 'the end of the old manager', () => listener.isClosed);
  const next = await listen(place, { after: n });
  const upgraded = await next.awaitEvent('upgraded');
  assert.is(upgraded.n, n + 1);
  assert.is((await report(place)).pid, pid);
});

test.skipIf(keeperMissing, 'and after a manager was killed, none is used twice', async () => {
  const { place, pid, listener } = await begin();
  for (let count = 0; count < 3; count++) await place.zd('-C app.conf reopen_transcript');
  await until(30, 'three events', () => listener.events.length === 3);
  const { managerPid } = await report(place);
  process.kill(managerPid, 'SIGKILL');
  await waitForEnd(managerPid);
  await until(30, 'another manager', async () => (await report(place)).managerPid !== managerPid);
  const next = await listen(place);
  process.kill(pid, 'SIGKILL');
  const exited = await next.awaitEvent('exited');
  assert.ok(exited.n > Math.max(...listener.numbers));
  assert.is(exited.signal, 9);
});

test('a subscriber that does not read costs nothing: requests, and the stop, take their usual time', async () => {
  const { place, listener } = await begin();
  const silent = await listen(place);
  silent.socket.pause();
  for (let count = 0; count < 200; count++) await ask(place.path('zdsock'), 'reopen_transcript');
  await until(30, 'the events of the other', () => listener.kinds.length === 200);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
});

test('the 65th subscriber is refused, until one has gone', async () => {
  const { place } = await begin();
  const all = [];
  for (let count = 0; count < 63; count++) all.push(await listen(place));
  const late = new Listener(place.path('zdsock'));
  listeners.push(late);
  await until(30, 'the refusal', () => late.error !== null);
  assert.is(late.error, 'there are 64 subscribers already');
  all[3]?.close();
  await until(30, 'room', async () => {
    const again = new Listener(place.path('zdsock'));
    listeners.push(again);
    return again.subscribed().then(() => true);
  });
  assert.is((await place.zd('-C app.conf status')).status, 0);
});

test.run();
