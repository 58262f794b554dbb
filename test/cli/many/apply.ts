import { existsSync, renameSync, rmSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { killWithKeeper } from '../../helpers/processes';
import { suite } from '../../runner/guard';

const test = suite('apply with many programs');
test.after.each(clearPlaces);

const SLEEPER = '[runner]\nprogram = sleep 1000\nstart-seconds = 0\n';

interface Listed {
  name: string;
  state: string;
  pid: number | null;
  managerPid: number;
}

/** Writes p0 … pN, each after the one before it. */
function makeChain(count: number): Place {
  const place = makePlace();
  for (let at = 0; at < count; at += 1)
    place.write(`apps/p${at}.conf`, `${SLEEPER}${at === 0 ? '' : `after = p${at - 1}\n`}`);
  return place;
}

async function list(place: Place): Promise<Map<string, Listed>> {
  const { stdout } = await place.zd('-C apps --json status');
  const { programs } = JSON.parse(stdout) as { programs: Listed[] };
  return new Map(programs.map(one => [one.name, one]));
}

test('twenty programs: what was killed, edited, removed, added or spoilt is what the plan says, and is done', async () => {
  const place = makeChain(20);
  const dry = await place.zd('-C apps apply --dry-run');
  assert.equal([dry.status, existsSync(place.path('apps/.zd'))], [0, false]);
  const first = await place.zd('-C apps apply', { limit: 120 });
  assert.is(first.status, 0, first.stderr);
  const lines = first.stdout.trimEnd().split('\n');
  assert.is(lines.slice(0, 20).join('\n'), dry.stdout.trimEnd());
  assert.equal(
    lines.slice(20).map(line => line.replace(/\d+$/, 'N')),
    Array.from({ length: 20 }, (_, at) => `p${at}: daemon process started, pid=N`),
  );
  assert.equal(await place.zd('-C apps apply'), { status: 0, stdout: 'nothing differs\n', stderr: '' });

  const before = await list(place);
  const { pid, managerPid } = before.get('p3') as Listed;
  await killWithKeeper(managerPid);
  process.kill(pid as number, 'SIGKILL');
  place.write('apps/p5.conf', `${SLEEPER}after = p4\nstop-timeout = 7\n[environment]\nX = secret\n`);
  place.write('apps/p6.conf', `${SLEEPER}after = p5\nbackoff-limit = 3\n# a comment\n`);
  place.write('apps/p7.conf', `${SLEEPER}after = p6\n# only a comment\n`);
  rmSync(place.path('apps/p19.conf'));
  place.write('apps/q.conf', `${SLEEPER}after = p0\n`);
  place.write('apps/p9.conf', '[runner]\ncolour = red\n');
  place.write('apps/p8.conf', `${SLEEPER}disable = on\n`);

  const { status, stdout, stderr } = await place.zd('-C apps apply');
  assert.is(status, 2);
  const said = stdout
    .replace(/pid=\d+/g, 'pid=N')
    .trimEnd()
    .split('\n');
  assert.equal(said.slice(0, 7), [
    'p19: stop: no longer configured',
    'p8: stop: disabled in apps/p8.conf:4',
    'p3: start: it ended with its manager',
    'p5: restart: stop-timeout, environment X changed',
    'p6: adjust: backoff-limit changed',
    'q: start: new',
    '14 stay as they are',
  ]);
  assert.equal(said.slice(7, 9).sort(), ['p19: daemon process stopped', 'p8: daemon process stopped']);
  assert.equal(said.slice(9).sort(), [
    'p3: daemon process started, pid=N',
    'p5: daemon process restarted, pid=N',
    'p6: adjusted',
    'q: daemon process started, pid=N',
  ]);
  assert.match(stderr, /^zd: apps\/p9\.conf:2: unknown key 'colour'.*\n$/);
  const after = await list(place);
  for (const name of ['p0', 'p6', 'p7', 'p10', 'p18'])
    assert.is(after.get(name)?.pid, before.get(name)?.pid, `${name} is untouched`);
  for (const name of ['p3', 'p5']) assert.is.not(after.get(name)?.pid, before.get(name)?.pid);
  process.kill(before.get('p9')?.pid as number, 0);
  assert.throws(() => process.kill(before.get('p19')?.pid as number, 0));
  const second = await place.zd('-C apps apply --json');
  const answer = JSON.parse(second.stdout);
  assert.equal([second.status, answer.changed, answer.text], [2, false, 'nothing differs']);
});

test('what was stopped by hand stays down, and so does what has failed, until its file changes', async () => {
  const place = makePlace();
  place.write('apps/web.conf', SLEEPER);
  place.write('apps/bad.conf', '[runner]\nprogram = false\nforever = off\n');
  const first = await place.zd('-C apps apply');
  assert.is(first.status, 1);
  await place.zd('-C apps stop web');
  const second = await place.zd('-C apps apply');
  assert.equal(second.stdout.trimEnd().split('\n'), [
    'bad: stays down: has failed, and has not changed since',
    'web: stays down: was stopped by hand',
    'nothing differs',
  ]);
  assert.is(second.status, 0);
  place.write('apps/bad.conf', SLEEPER);
  rmSync(place.path('apps/web.conf'));
  assert.match(
    (await place.zd('-C apps apply')).stdout,
    'bad: start: has failed; program, start-seconds changed',
  );
  renameSync(place.path('apps/bad.conf'), place.path('bad.conf'));
  assert.match((await place.zd('-C apps apply')).stdout, 'bad: daemon process stopped');
  renameSync(place.path('bad.conf'), place.path('apps/bad.conf'));
  assert.match((await place.zd('-C apps apply')).stdout, 'bad: start: configured again');
});

test('a program that is gone is found also by a socket of its own, and a faulty fleet changes nothing', async () => {
  const place = makePlace();
  const section = (name: string, more = '') =>
    `[program:${name}]\nprogram = sleep 1000\nstart-seconds = 0\n${more}`;
  place.write('all.conf', `${section('web')}${section('db', 'socket-name = db.sock\n')}`);
  assert.is((await place.zd('-C all.conf apply')).status, 0);
  place.write('all.conf', `${section('web')}[program:x\n`);
  assert.is((await place.zd('-C all.conf apply')).status, 2);
  assert.is((await place.zd('-s db.sock status')).status, 0);
  place.write('all.conf', section('web'));
  assert.equal((await place.zd('-C all.conf apply')).stdout.split('\n'), [
    'db: stop: no longer configured',
    '1 stays as it is',
    'db: daemon process stopped',
    '',
  ]);
  assert.is((await place.zd('-s db.sock status')).status, 3);
});

test('a changed number of copies touches only those that come or go', async () => {
  const place = makePlace();
  place.write('web.conf', `${SLEEPER}copies = 3\n`);
  await place.zd('-C web.conf apply');
  place.write('web.conf', `${SLEEPER}copies = 2\n`);
  assert.equal((await place.zd('-C web.conf apply')).stdout.split('\n').slice(0, 2), [
    'web-3: stop: no longer configured',
    '2 stay as they are',
  ]);
  place.write('web.conf', `${SLEEPER}copies = 3\n`);
  assert.match((await place.zd('-C web.conf apply')).stdout, /^web-3: start: configured again\n2 stay/);
});

test('what only a stop and a start can change is done so, and keeps the words after start', async () => {
  const place = makePlace();
  place.write('apps/web.conf', '[runner]\nprogram = sleep\nstart-seconds = 0\nsocket-mode = 666\n');
  await place.zd('-C apps start web -- 1000');
  place.write('apps/web.conf', '[runner]\nprogram = sleep\nstart-seconds = 0\nsocket-mode = 600\n');
  const { status, stdout } = await place.zd('-C apps apply');
  assert.is(status, 0);
  assert.match(stdout, /^web: stop and start: socket-mode changed\n/);
  assert.is((await place.zd('-C apps apply')).stdout, 'nothing differs\n');
});

test.run();
