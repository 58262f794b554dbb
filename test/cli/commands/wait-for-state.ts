import { rmSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace, type Place, type Running } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { report } from '../../helpers/numbered-program';
import { waitForEnd } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('wait for a state');
test.after.each(clearPlaces);

function prepare(runner: Record<string, string> = {}): Place {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-seconds': '0', 'hang-around': 'on', ...runner });
  return place;
}

function begin(place: Place, words: string): Running {
  return place.launch([...commandOf('zd'), '-C', 'app.conf', 'wait', ...words.split(' ')]);
}

test('what is so already is answered at once', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const { pid } = await report(place);
  for (const goal of ['--up', '--ready']) {
    const outcome = await place.zd(`-C app.conf wait ${goal} --timeout 20`);
    assert.equal([outcome.status, outcome.stdout], [0, `program running; pid=${pid}\n`]);
  }
  await place.zd('-C app.conf stop');
  const down = await place.zd('-C app.conf wait --down');
  assert.equal([down.status, down.stdout], [0, 'daemon manager running; daemon process not running\n']);
});

test('without a manager, --down is 0 and the others are 3', async () => {
  const place = prepare();
  for (const [goal, status] of [
    ['--down', 0],
    ['--up', 3],
    ['--ready', 3],
  ] as const) {
    const outcome = await place.zd(`-C app.conf wait ${goal}`);
    assert.equal([outcome.status, outcome.stdout], [status, 'daemon manager not running\n']);
  }
});

test('--ready returns when the probe holds, and at the timeout says that it does not', async () => {
  const place = prepare({ 'start-test-program': 'test -e ready', 'start-timeout': '1' });
  const started = await place.zd('-C app.conf start');
  assert.is(started.status, 1);
  const up = await place.zd('-C app.conf wait --up --timeout 5');
  assert.is(up.status, 0, 'it is up, though not ready');
  const late = await place.zd('-C app.conf wait --ready --timeout 200ms');
  assert.is(late.status, 1);
  assert.match(late.stderr, /^zd: cannot wait any longer: .* is not ready after 0\.2 s: .*test -e ready/);
  assert.is((await place.zd('-C app.conf status --ready')).status, 1);
  const { state, ready, notReady } = await report(place);
  assert.equal([state, ready], ['running', false]);
  assert.match(String(notReady), 'test -e ready');
  const plain = await place.zd('-C app.conf status');
  assert.match(plain.stdout, /\nnot ready, running for .*: .*test -e ready/);
  const waiting = begin(place, '--ready');
  place.write('ready', '');
  assert.is((await waiting.done).status, 0);
  assert.is((await place.zd('-C app.conf status --ready')).status, 0);
  assert.equal([(await report(place)).ready, (await report(place)).notReady], [true, null]);
});

test('--for counts from the last start, and is no part of the timeout', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const late = await place.zd('-C app.conf wait --up --for 1h --timeout 200ms');
  assert.is(late.status, 1);
  assert.match(late.stderr, /^zd: cannot wait any longer: .* is not up for 1 h after 0\.2 s: it is running/);
  const waiting = begin(place, '--up --for 1s');
  await place.zd('-C app.conf restart');
  assert.is((await waiting.done).status, 0);
  assert.ok(((await report(place)).uptime ?? 0) >= 1, 'a restart begins anew');
  const wrong = await place.zd('-C app.conf wait --for 1s');
  assert.equal([wrong.status, wrong.stderr], [2, 'zd: cannot use --for without --up or --ready\n']);
});

test('--up and --down return with the event, also in another order', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  await place.zd('-C app.conf stop');
  const waiting = begin(place, '--up');
  await until(30, 'a subscriber', async () => (await place.zd('-C app.conf start')).status === 0);
  assert.is((await waiting.done).status, 0);
  const down = begin(place, '--down');
  await place.zd('-C app.conf stop');
  assert.is((await down.done).status, 0);
});

test('--down waits through a pause before the next attempt, until the manager gives up', async () => {
  const place = prepare({
    program: `sh ${fixture('told.sh')} 1 over`,
    'backoff-limit': '2',
    'hang-around': 'off',
  });
  await place.zd('-C app.conf start');
  const waiting = begin(place, '--down');
  place.write('over', '');
  const { status, stdout } = await waiting.done;
  assert.equal([status, stdout], [0, 'daemon manager not running\n']);
  const json = JSON.parse((await place.zd('-C app.conf status --json')).stdout);
  assert.equal([json.state, json.outcome], ['failed', 'gave-up']);
});

test.skipIf(keeperMissing, 'a wait goes on when the manager is killed or replaced', async () => {
  const place = prepare({ 'start-test-program': 'test -e ready', 'start-timeout': '0' });
  rmSync(place.path('ready'), { force: true });
  await place.zd('-C app.conf start');
  const waiting = begin(place, '--ready');
  const { managerPid } = await until(30, 'a manager', () => report(place));
  process.kill(managerPid, 'SIGKILL');
  await waitForEnd(managerPid);
  await until(30, 'another manager', async () => (await report(place)).managerPid !== managerPid);
  place.write('ready', '');
  assert.is((await waiting.done).status, 0);
});

test('a program that puts an end to the wait by leaving is not up', async () => {
  const place = prepare({
    'hang-around': 'off',
    'start-test-program': 'test -e ready',
    'start-timeout': '1',
  });
  await place.zd('-C app.conf start');
  const waiting = begin(place, '--ready');
  await until(30, 'a program', async () => (await report(place)).pid !== null);
  await place.zd('-C app.conf stop');
  assert.is((await waiting.done).status, 3);
});

test('faults of the words are told', async () => {
  const place = prepare();
  for (const [words, reason] of [
    ['--up --down', 'choose one'],
    ['--timeout 3', 'without --ready, --up or --down'],
    ['--up --timeout 3x', 'must be a time'],
  ] as const) {
    const { status, stderr } = await place.zd(`-C app.conf wait ${words}`);
    assert.is(status, 2);
    assert.match(stderr, reason);
  }
});

test('--json says what it came to', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const { pid } = await report(place);
  const { command, status, state, ready, ...rest } = JSON.parse(
    (await place.zd('-C app.conf wait --up --json')).stdout,
  );
  assert.equal([command, status, state, ready, rest.pid], ['wait', 0, 'running', null, pid]);
});

test.run();
