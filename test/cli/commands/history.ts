import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import * as assert from 'uvu/assert';
import type { EndRecord } from '../../../src/protocol/history';
import { clearPlaces, commandOf, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { report } from '../../helpers/numbered-program';
import { keepersIn, waitForEnd } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('history');
test.after.each(clearPlaces);

const USER = userInfo().username;

/** A program that ends as the file `how` says. */
async function begin(runner: Record<string, string> = {}): Promise<Place> {
  const place = makePlace();
  place.write(
    'run.sh',
    '#!/bin/sh\necho begun $$\nwhile [ ! -e how ]; do sleep 0.02; done\nmv how done\n. ./done\n',
    0o755,
  );
  place.configure({
    program: './run.sh',
    directory: place.folder,
    'start-seconds': '0',
    'backoff-limit': '5',
    'hang-around': 'on',
    ...runner,
  });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  return place;
}

async function ends(place: Place, words = ''): Promise<EndRecord[]> {
  const { stdout, stderr, status } = await place.zd(`-C app.conf history ${words} --json`);
  assert.equal([status, stderr], [0, '']);
  return JSON.parse(stdout).ends;
}

async function awaitEnds(place: Place, count: number): Promise<EndRecord[]> {
  return until(30, `${count} ends`, async () => {
    const found = await ends(place);
    return found.length === count && found;
  });
}

async function awaitUp(place: Place, former: number | null): Promise<number> {
  return until(30, 'another program', async () => {
    const { pid } = await report(place);
    return pid !== null && pid !== former && pid;
  });
}

test('each end is there with its cause: itself, kill, restart, stop, and what cannot be run', async () => {
  const place = await begin();
  const pids = [(await report(place)).pid as number];
  place.write('how', 'echo cannot bind port 80; exit 3\n');
  pids.push(await awaitUp(place, pids[0] as number));
  assert.is((await place.zd('-C app.conf kill TERM')).status, 0);
  pids.push(await awaitUp(place, pids[1] as number));
  pids.push(pidIn(await place.zd('-C app.conf restart')));
  process.kill(pids[3] as number, 'SIGKILL');
  pids.push(await awaitUp(place, pids[3] as number));
  await place.zd('-C app.conf stop');
  rmSync(place.path('run.sh'));
  await place.zd('-C app.conf start');
  const found = await awaitEnds(place, 6);
  const shown = found.map(({ n, pid, code, signal, by, user }) => ({ n, pid, code, signal, by, user }));
  const [one, two, three, four, five] = pids;
  const nothing = { code: undefined, signal: undefined, user: undefined };
  assert.equal(shown, [
    { ...nothing, n: 1, pid: one, code: 3, by: 'nobody' },
    { ...nothing, n: 2, pid: two, signal: 15, by: 'signal-by-zd', user: USER },
    { ...nothing, n: 3, pid: three, signal: 15, by: 'restart', user: USER },
    { ...nothing, n: 4, pid: four, signal: 9, by: 'nobody' },
    { ...nothing, n: 5, pid: five, signal: 15, by: 'stop', user: USER },
    { ...nothing, n: 6, pid: undefined, by: 'nobody' },
  ]);
  assert.equal(found[0]?.lines, [`begun ${one}`, 'cannot bind port 80']);
  assert.match(found[5]?.reason ?? '', 'run.sh');

  const { stdout } = await place.zd('-C app.conf history');
  const lines = stdout.split('\n');
  assert.match(
    lines[0] ?? '',
    new RegExp(`^1  \\d{4}-\\d\\d-\\d\\d [\\d:]{8}  pid ${one} +up .* exit status 3$`),
  );
  assert.is(lines[1], '   | cannot bind port 80');
  assert.match(stdout, `SIGTERM by zd kill (${USER})`);
  assert.match(stdout, 'SIGKILL, which zd did not send');
  assert.match(stdout, /not run .*run\.sh/);
  assert.is((await place.zd('-C app.conf history -n 2')).stdout.trim().split('\n').length, 2);
});

test('without a manager it is read from the state folder; nothing to read is no fault', async () => {
  const place = await begin({ 'hang-around': 'off' });
  await place.zd('-C app.conf stop');
  assert.equal(
    (await ends(place)).map(({ by }) => by),
    ['stop'],
  );
  const none = makePlace();
  none.configure({ program: 'sleep 1' });
  const { stdout, status } = await none.zd('-C app.conf history');
  assert.equal([stdout, status], ['no end recorded yet\n', 0]);
});

test('numbers go on with the next manager, and torn lines are ignored', async () => {
  const place = await begin({ 'hang-around': 'off' });
  await place.zd('-C app.conf stop');
  appendFileSync(place.path('.zdsock.zd/history'), '{"n":9,"at"');
  await place.zd('-C app.conf start');
  await place.zd('-C app.conf upgrade');
  await place.zd('-C app.conf stop');
  assert.equal(
    (await ends(place)).map(({ n }) => n),
    [1, 2],
  );
});

test.skipIf(keeperMissing, 'an end that a manager saw is there after its SIGKILL, and once', async () => {
  const place = await begin();
  let pid = (await report(place)).pid as number;
  for (let round = 1; round <= 3; round++) {
    const { managerPid } = await report(place);
    process.kill(pid, 'SIGKILL');
    process.kill(managerPid, 'SIGKILL');
    await waitForEnd(managerPid);
    pid = await awaitUp(place, pid);
    const found = await awaitEnds(place, round);
    assert.equal(
      found.map(({ n, signal }) => [n, signal]),
      Array.from({ length: round }, (_, index) => [index + 1, 9]),
    );
  }
});

test.skipIf(keeperMissing, 'an end that nobody saw is told as that', async () => {
  const place = await begin();
  const { pid, managerPid } = await report(place);
  for (const keeper of keepersIn(place.folder)) process.kill(keeper, 'SIGKILL');
  process.kill(managerPid, 'SIGKILL');
  process.kill(pid as number, 'SIGKILL');
  for (const one of [managerPid, pid as number]) await waitForEnd(one);
  await place.zd('-C app.conf start');
  const [end] = await awaitEnds(place, 1);
  assert.equal([end?.pid, end?.by, end?.signal], [pid, 'unknown', undefined]);
  assert.match(end?.reason ?? '', 'neither');
});

test.skipIf(
  keeperMissing,
  'who asked is known, even if the manager dies before the program ends',
  async () => {
    const place = makePlace();
    place.write(
      'run.sh',
      '#!/bin/sh\ntrap "" TERM\nwhile [ ! -e over ]; do sleep 0.02; done\nmv over done\nexit 7\n',
      0o755,
    );
    const runner = {
      program: './run.sh',
      directory: place.folder,
      'start-seconds': '0',
      'backoff-limit': '5',
    };
    place.configure({ ...runner, 'stop-timeout': '60' });
    await place.zd('-C app.conf start');
    let pid = (await report(place)).pid as number;
    const asks: [words: string, by: string][] = [
      ['kill TERM', 'signal-by-zd'],
      ['restart', 'restart'],
    ];
    for (const [index, [words, by]] of asks.entries()) {
      const client = place.launch([...commandOf('zd'), '-C', 'app.conf', ...words.split(' ')]);
      const { managerPid } = await until(30, 'the request', async () => {
        const now = await report(place);
        return (by === 'restart' ? now.state === 'restarting' : client.child.exitCode !== null) && now;
      });
      client.child.kill('SIGKILL');
      process.kill(managerPid, 'SIGKILL');
      await waitForEnd(managerPid);
      place.write('over', '');
      pid = await awaitUp(place, pid);
      const end = (await awaitEnds(place, index + 1)).at(-1);
      assert.equal([end?.code, end?.by, end?.user], [7, by, USER]);
    }
  },
);

test('the count is a number from 1 to 50', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1' });
  for (const count of ['0', '51', 'x', '-1']) {
    const { status, stderr } = await place.zd(['-C', 'app.conf', 'history', `-n=${count}`]);
    assert.is(status, 2);
    assert.match(stderr, `cannot show '${count}' ends: -n takes a number from 1 to 50`);
  }
});

test('control characters of the program do not reach the terminal', async () => {
  const place = await begin();
  const { pid } = await report(place);
  writeFileSync(place.path('how'), "printf '\\033[31mred\\007'; exit 4\n");
  await awaitUp(place, pid);
  const { stdout } = await place.zd('-C app.conf history');
  assert.not.match(stdout, '\u001b');
  assert.match(stdout, 'red');
  assert.ok(existsSync(place.path('.zdsock.zd/history')));
});

test.run();
