import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { asUser, needsRoot, STRANGER } from '../../helpers/strangers';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const bin = join(import.meta.dirname, '../../../bin/zd.js');
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

test('what is wrong with the command line is said once, and a fault that others need is, too', async () => {
  const place = makeApps(['db', 'web']);
  place.write('apps/bad.conf', '[runner]\ncolour = red\n');
  place.write('apps/dep.conf', '[runner]\nprogram = sleep 1000\nafter = bad\n');
  place.write('apps/none.conf', '[runner]\nprogram = sleep 1000\ncopies = 0\n');
  const lines = async (line: string) => {
    const { status, stdout, stderr } = await place.zd(line);
    return [status, stdout, ...stderr.trimEnd().split('\n')];
  };
  assert.equal(await lines('-C apps frob'), [2, '', "zd: unknown command 'frob'; see zd help"]);
  const killed = await lines('-C apps kill FOO db web');
  assert.equal([killed.length, String(killed[2]).slice(0, 28)], [3, "zd: invalid signal 'FOO'; us"]);
  const json = await place.zd('-C apps start dep bad --json');
  assert.is(json.stderr.match(/unknown key 'colour'/g)?.length, 1);
  const { programs } = JSON.parse(json.stdout) as { programs: { name: string }[] };
  assert.equal(
    programs.map(({ name }) => name),
    ['bad', 'dep'],
  );
  assert.equal(await lines('-C apps stop none'), [0, 'nothing to do: none has no copies (copies = 0)\n', '']);
  mkdirSync(place.path('apps/.zd/gone'), { recursive: true });
  place.write('apps/.zd/gone/sock', '');
  const gone = await lines('-C apps stop gone');
  assert.equal(gone, [2, '', 'zd: gone is no longer configured in apps; zd -C apps apply stops it']);
});

test.skipIf(needsRoot, 'whoever may not ask the managers is told so by restart and list', async () => {
  const place = makeApps(['bad', 'web']);
  assert.is((await place.zd('-C apps start')).status, 0);
  chmodSync(place.path('.'), 0o755);
  chmodSync(place.path('apps/bad.conf'), 0o600);
  const zd = (words: string) =>
    place.exec(asUser(STRANGER, [process.execPath, bin, '-C', 'apps', ...words.split(' ')]));
  const restarted = await zd('restart');
  assert.is(restarted.status, 4, restarted.stdout);
  assert.match(restarted.stderr, /^zd: web: cannot reach the manager: .*permission denied/m);
  const listed = await zd('list');
  assert.is(listed.status, 0, listed.stderr);
  assert.match(listed.stdout, /^bad +faulty .*permission denied.*$/m);
  chmodSync(place.path('apps'), 0o700);
  const alone = await place.exec(asUser(STRANGER, [process.execPath, bin, '-C', 'apps/web.conf', 'check']));
  assert.equal([alone.status, alone.stderr.split('\n').length], [2, 2], alone.stderr);
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
