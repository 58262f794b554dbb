import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('a fleet');
test.after.each(clearPlaces);

/** A folder `apps` with programs that sleep. */
function makeApps(names: readonly string[], lines = ''): Place {
  const place = makePlace();
  for (const name of names)
    place.write(`apps/${name}.conf`, `[runner]\nprogram = sleep 1000\nstart-seconds = 0\n${lines}`);
  return place;
}

const sorted = (text: string) => text.trimEnd().split('\n').sort();

test('one command starts, reports and stops all programs of a folder, each in a place of its own', async () => {
  const place = makeApps(['db', 'web']);
  const started = await place.zd('-C apps start');
  assert.is(started.status, 0, started.stderr);
  for (const line of sorted(started.stdout))
    assert.match(line, /^(db|web): .*daemon process started, pid=\d+/);
  const modes = ['apps/.zd', 'apps/.zd/web'].map(path =>
    (statSync(place.path(path)).mode & 0o777).toString(8),
  );
  assert.equal(modes, ['711', '700']);
  const status = await place.zd('-C apps status');
  assert.match(status.stdout, /db: program running; pid=\d+\nweb: program running; pid=\d+\n/);
  const alone = await place.zd('-C apps/web.conf status');
  assert.match(alone.stdout, /^program running; pid=\d+\n$/);
  assert.is((await place.zd('-C apps status web')).stdout, alone.stdout);
  assert.is((await place.zd('-C apps stop')).status, 0);
  assert.is((await place.zd('-C apps status')).status, 3);
});

test('a faulty file keeps nobody from the others, and makes the status 2', async () => {
  const place = makeApps(['web']);
  place.write('apps/bad.conf', '[runner]\ncolour = red\n');
  const { status, stdout, stderr } = await place.zd('-C apps start');
  assert.equal([status, /web: .*started/.test(stdout)], [2, true]);
  assert.match(stderr, /^zd: apps\/bad\.conf:2: unknown key 'colour'/);
  const json = await place.zd('-C apps --json status');
  const { programs } = JSON.parse(json.stdout) as {
    programs: { name: string; status: number; state?: string }[];
  };
  assert.equal(
    programs.map(({ name, status, state }) => [name, status, state]),
    [
      ['web', 0, 'running'],
      ['bad', 2, 'faulty'],
    ],
  );
  assert.is((await place.zd('-C apps stop web')).status, 0);
});

test('a manager that was started before its folder became a fleet is found and kept', async () => {
  const place = makeApps(['web']);
  assert.is((await place.zd('-C apps/web.conf start')).status, 0);
  mkdirSync(place.path('apps/.zd'));
  for (const line of ['-C apps/web.conf status', '-C apps status web'])
    assert.match((await place.zd(line)).stdout, /^program running/);
  assert.is((await place.zd('-C apps stop')).status, 0);
});

test('a program of a file of many is restarted by the part of the file that is its own', async () => {
  const place = makePlace();
  const text = (umask: string) =>
    `[defaults]\nstart-seconds = 0\nwatch-config = on\n[program:a]\nprogram = sleep 1000\numask = ${umask}\n[program:b]\nprogram = sleep 1000\n`;
  place.write('many.conf', text('022'));
  assert.is((await place.zd('-C many.conf start')).status, 0);
  const pids = async () => {
    const { stdout } = await place.zd('-C many.conf --json status');
    const { programs } = JSON.parse(stdout) as { programs: { name: string; pid: number | null }[] };
    return Object.fromEntries(programs.map(({ name, pid }) => [name, pid]));
  };
  const before = await pids();
  writeFileSync(place.path('many.conf'), text('027'));
  await until(20, 'the restart of a', async () => {
    const { a } = await pids();
    return a && a !== before.a;
  });
  assert.is((await pids()).b, before.b);
  assert.is((await place.zd('-C many.conf stop')).status, 0);
});

test('rounds read the program of their own section afresh', async () => {
  const place = makePlace();
  const text = (word: string) =>
    `[program:a]\nprogram = sh -c 'echo ${word} >>out'\nrun-every = 0.2s\n[program:b]\nprogram = true\nrun-every = 1h\n`;
  place.write('many.conf', text('one'));
  assert.is((await place.zd('-C many.conf start')).status, 0);
  await until(20, 'a round', () => place.read('out').includes('one'));
  writeFileSync(place.path('many.conf'), text('two'));
  await until(20, 'a round of the new file', () => place.read('out').includes('two'));
  assert.is((await place.zd('-C many.conf stop')).status, 0);
});

test.run();
