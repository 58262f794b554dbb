import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import * as assert from 'uvu/assert';
import { anyoneAt } from '../../../src/client/address';
import { request } from '../../../src/client/request';
import { systemClock } from '../../../src/system/clock';
import { clearPlaces, fixture, longPauses, makePlace, type Place, pidIn } from '../../helpers/cli';
import {
  configureNumbered,
  endAndTally,
  report,
  startNumbered,
  waitForLines,
} from '../../helpers/numbered-program';
import { isAlive, keeperOf, killWithKeeper, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('upgrade');
const UPGRADES = 5;
/** The limit, in durations of a `zd status` in the same run; on an idle machine the absence is less than one. */
const LONGEST_ABSENCE = 20;
test.after.each(clearPlaces);

test.limit(120, 'the program stays, every line is there, and the socket is hardly away', async () => {
  const { place, pid } = await startNumbered(makePlace(), {}, 500);
  const managers = [(await report(place)).managerPid];
  const absence = watchSocket(place.path('zdsock'));
  let slowest = 0;
  for (let count = 0; count < UPGRADES; count++) {
    const upgraded = await place.zd('-C app.conf upgrade');
    assert.equal(upgraded, {
      status: 0,
      stdout: `daemon manager upgraded, pid=${pidIn(upgraded)}\n`,
      stderr: '',
    });
    managers.push(pidIn(upgraded));
    const asked = systemClock.now();
    const { pid: now, adopted, managerPid } = await report(place);
    slowest = Math.max(slowest, systemClock.now() - asked);
    assert.equal([now, adopted, managerPid], [pid, keeperOf(managerPid) === null, pidIn(upgraded)]);
  }
  const longest = await absence.end();
  assert.ok(longest < LONGEST_ABSENCE * slowest, `it was away for ${longest} s; a status took ${slowest} s`);
  assert.is(new Set(managers).size, UPGRADES + 1);
  for (const manager of managers.slice(0, -1)) await waitForEnd(manager);
  assert.equal(await endAndTally(place), []);
});

test('settings are the new ones, words and environment of the start stay', async () => {
  const place = makePlace();
  const script = place.write(
    'tell.sh',
    'echo "$MARK $*" >>told; trap "exit 0" TERM; while :; do sleep 0.05; done\n',
  );
  const program = `sh ${script}`;
  place.configure({ program, 'stop-timeout': '7', 'start-seconds': '0' });
  await place.zd('-C app.conf start one "two three"', { env: { MARK: 'first' } });
  place.configure({ program, 'backoff-limit': '3', 'start-seconds': '0' });
  assert.is((await place.zd('-C app.conf upgrade', { env: { MARK: 'second' } })).status, 0);
  assert.is((await report(place)).backoffLimit, 3);
  await place.zd('-C app.conf restart', { env: { MARK: 'third' } });
  await waitForFile(place.path('told'), text => text.split('\n').length === 3);
  assert.is(place.read('told'), 'first one "two three"\nfirst one "two three"\n');
});

test('a transcript or a log that cannot be opened: refused, and the old manager goes on', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const { managerPid } = await report(place);
  mkdirSync(place.path('gone'));
  configureNumbered(place, { transcript: place.path('gone') });
  const folder = await place.zd('-C app.conf upgrade');
  assert.is(folder.status, 1);
  assert.match(folder.stderr, /^zd: cannot upgrade: .*directory; the running manager continues\n$/);
  place.configure(
    { program: `${fixture('numbered.pl')} ${place.path('numbers')}`, transcript: place.path('log') },
    `<eventlog>\n  <logfile>\n    path ${place.path('gone')}\n  </logfile>\n</eventlog>\n`,
  );
  const log = await place.zd('-C app.conf upgrade');
  assert.match(
    log.stderr,
    /^zd: cannot upgrade: cannot open the event log .*; the running manager continues\n$/,
  );
  const after = await report(place);
  assert.equal([after.pid, after.managerPid, after.adopted], [pid, managerPid, false]);
  assert.equal(await endAndTally(place), []);
});

test('a Node or a script that cannot be run: refused, and the old manager goes on', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const { managerPid } = await report(place);
  const script = place.write('broken.js', 'throw new Error("broken")\n');
  const hung = place.write('leaver.js', 'process.exit(0)\n');
  for (const [execPath, file, reason] of [
    [process.execPath, script, /without an answer/],
    [process.execPath, hung, /without an answer/],
    [process.execPath, place.path('missing.js'), /without an answer/],
    [place.path('missing'), script, /cannot be run|without an answer/],
    ['node', script, /absolute path/],
  ] as const) {
    const failure = await refusal(place, { execPath, script: file });
    assert.match(failure.message, reason);
  }
  for (const order of [{}, { version: 99, program: [] }, { version: 1, program: [5] }, { program: 7 }]) {
    const manager = `${import.meta.dirname}/../../../dist/manager.js`;
    await refusal(place, { execPath: process.execPath, script: manager, order });
  }
  const after = await report(place);
  assert.equal([after.pid, after.managerPid], [pid, managerPid]);
  await waitForLines(place);
  assert.equal(await endAndTally(place), []);
});

test('refused during a start and during a stop', async () => {
  const place = makePlace();
  const script = place.write('slow.sh', 'trap "" TERM; touch up; while [ ! -e flag ]; do sleep 0.05; done\n');
  place.configure({ program: `sh ${script}`, 'start-test-program': 'test -e ready' });
  const zd = `${import.meta.dirname}/../../../bin/zd.js`;
  const starting = place.launch([process.execPath, zd, '-C', 'app.conf', 'start']);
  await waitForFile(place.path('up'));
  assert.match(
    (await place.zd('-C app.conf upgrade')).stderr,
    'zd: cannot upgrade: the program is starting now; try again later',
  );
  place.write('ready', '');
  assert.is((await starting.done).status, 0);
  const stopping = place.launch([process.execPath, zd, '-C', 'app.conf', 'stop']);
  await until(30, 'a stop', async () => (await report(place)).state === 'stopping');
  assert.match((await place.zd('-C app.conf upgrade')).stderr, 'the program is stopping now');
  place.write('flag', '');
  assert.is((await stopping.done).status, 0);
});

test('a program that is not ready in time', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', ready: 'file up', 'start-timeout': '0.2' });
  assert.is((await place.zd('-C app.conf start')).status, 1);
  const { pid, notReady } = await report(place);
  assert.match(`${notReady}`, 'file ');
  for (const _ of [1, 2]) {
    const upgraded = await place.zd('-C app.conf upgrade');
    assert.is(upgraded.status, 0, upgraded.stderr);
    const next = await until(30, 'the time', async () => {
      const found = await report(place);
      return found.notReady ? found : null;
    });
    assert.equal([next.pid, next.managerPid], [pid, pidIn(upgraded)]);
  }
  assert.is((await place.zd('pause')).status, 0);
  assert.is((await report(place)).state, 'paused');
  await place.zd('continue');
  assert.is((await report(place)).state, 'running');
  place.write('up', '');
  await until(30, 'readiness', async () => (await report(place)).ready);
  await place.zd('stop');
});

test('in backoff and while it hangs around', async () => {
  const place = makePlace({ env: longPauses });
  place.configure({ program: 'sh -c "exit 3"', forever: 'on', 'backoff-limit': '60', 'hang-around': 'on' });
  await place.zd('-C app.conf start');
  await until(30, 'backoff', async () => (await report(place)).state === 'backoff');
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  await until(30, 'another attempt', async () => (await report(place)).restarts > 0);
  await until(30, 'backoff again', async () => (await report(place)).state === 'backoff');
  await place.zd('stop');
  assert.is((await report(place)).state, 'idle');
  const upgraded = await place.zd('-C app.conf upgrade');
  assert.is(upgraded.status, 0);
  const { state, managerPid } = await report(place);
  assert.equal([state, managerPid], ['idle', pidIn(upgraded)]);
});

test('two at once: one manager takes over, the other hears why not', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const both = await Promise.all([1, 2, 3].map(() => place.zd('-C app.conf upgrade')));
  assert.ok(both.some(({ status }) => status === 0));
  for (const { status, stderr } of both)
    assert.ok(status === 0 || /another upgrade is under way|exited without a reply/.test(stderr), stderr);
  assert.is((await report(place)).pid, pid);
  assert.ok(isAlive(pid));
  assert.equal(await endAndTally(place), []);
});

test('no manager: nothing to upgrade; a dead one is replaced', async () => {
  const place = makePlace();
  assert.equal(await place.zd('-p true upgrade'), {
    status: 3,
    stdout: 'daemon manager not running\n',
    stderr: '',
  });
  const { pid } = await startNumbered(place);
  await killWithKeeper((await report(place)).managerPid);
  const upgraded = await place.zd('-C app.conf upgrade');
  assert.is(upgraded.status, 0);
  const { pid: now, managerPid } = await report(place);
  assert.equal([now, managerPid], [pid, pidIn(upgraded)]);
});

/** Requests an upgrade that must fail. @returns the error */
async function refusal(place: Place, params: unknown): Promise<Error> {
  try {
    await request(
      { socket: anyoneAt(place.path('zdsock')), clock: systemClock, limit: 30 },
      'upgrade',
      params,
    );
  } catch (error) {
    return error as Error;
  }
  throw new Error(`no refusal of ${JSON.stringify(params)}`);
}

/** Connects repeatedly, and records the longest time without a successful connection. */
function watchSocket(path: string) {
  let longest = 0;
  let seen = systemClock.now();
  let over = false;
  const attempt = () =>
    new Promise<void>(resolve => {
      const socket = connect(path);
      socket.once('connect', () => {
        longest = Math.max(longest, systemClock.now() - seen);
        seen = systemClock.now();
        socket.destroy();
      });
      socket.on('error', () => {});
      socket.once('close', () => systemClock.after(0.005, resolve));
    });
  const going = (async () => {
    while (!over) await attempt();
  })();
  return {
    async end() {
      over = true;
      await going;
      return longest;
    },
  };
}

test.run();
