import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Outcome, type Place } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('the order of many programs');
test.after.each(clearPlaces);

interface Program {
  name: string;
  status: number;
  changed?: boolean;
  outcome?: string;
  text: string;
  errors: string[];
  since?: number;
  state?: string;
  pid?: number | null;
}

/** A folder `apps`: for each program the lines of its section; without `program`, it sleeps. */
function makeApps(programs: Record<string, string>): Place {
  const place = makePlace();
  for (const [name, lines] of Object.entries(programs)) {
    const program = /^program\b/m.test(lines) ? '' : 'program = sleep 1000\n';
    const seconds = /^start-seconds\b/m.test(lines) ? '' : 'start-seconds = 0\n';
    place.write(`apps/${name}.conf`, `[runner]\n${seconds}${program}${lines}\n`);
  }
  return place;
}

async function askJson(place: Place, words: string): Promise<{ status: number; programs: Program[] }> {
  const { status, stdout, stderr } = await place.zd(`-C apps --json ${words}`);
  const { programs } = JSON.parse(stdout) as { programs?: Program[] };
  assert.ok(programs, `${stdout}${stderr}`);
  return { status, programs };
}

const namesIn = ({ stdout }: Outcome) =>
  stdout
    .trimEnd()
    .split('\n')
    .map(line => line.replace(/:? .*/, ''));

test('twenty programs are started once each, in order, and stopped the other way round', async () => {
  const after = (at: number) => [Math.floor(at / 2), Math.floor(at / 3)].filter(one => one > 0);
  const names = Array.from({ length: 20 }, (_, at) => `p${at + 1}`);
  const programs = names.map((name, at) => {
    const before = [...new Set(after(at + 1))].map(one => `p${one}`);
    return [name, before.length > 0 ? `after = ${before.join(', ')}` : ''];
  });
  const place = makeApps(Object.fromEntries(programs));
  const started = await askJson(place, 'start');
  assert.equal([started.status, started.programs.length], [0, 20]);
  for (const { name, status, outcome, changed } of started.programs)
    assert.equal([status, outcome, changed], [0, 'started', true], name);
  const { programs: reports } = await askJson(place, 'status');
  const since = new Map(reports.map(report => [report.name, report.since ?? 0]));
  for (const [at, name] of names.entries())
    for (const one of after(at + 1))
      assert.ok((since.get(`p${one}`) ?? 0) < (since.get(name) ?? 0), `p${one} is started before ${name}`);
  const again = await askJson(place, 'start');
  assert.is(again.status, 0);
  assert.ok(again.programs.every(({ outcome, changed }) => outcome === 'already' && changed === false));
  const stopped = await place.zd('-C apps stop --now');
  const order = namesIn(stopped);
  assert.equal([stopped.status, order.length], [0, 20]);
  for (const [at, name] of names.entries())
    for (const one of after(at + 1))
      assert.ok(order.indexOf(name) < order.indexOf(`p${one}`), `${name} is stopped before p${one}`);
});

test('a failure holds up only what needs it; faults of order concern only their programs', async () => {
  const place = makeApps({
    bad: 'program = sh -c "exit 3"\nstart-seconds = 1\nonce = on',
    web: 'after = bad',
    front: 'after = web',
    job: 'after = ?bad, ?nobody',
    one: 'after = other',
    other: 'after = one',
    typo: 'after = jobb',
  });
  const checked = await place.zd('-C apps check');
  assert.equal([checked.status, namesIn(checked)], [2, ['bad', 'front', 'job', 'web']]);
  const faults = [
    'zd: one: apps/one.conf:4: after goes in a circle: one -> other -> one; leave one of them out',
    'zd: other: apps/other.conf:4: after goes in a circle: other -> one -> other; leave one of them out',
    "zd: typo: apps/typo.conf:4: after names jobb, which is no program of apps; did you mean 'job'?",
  ];
  const linesOf = (text: string) => text.trimEnd().split('\n').sort();
  assert.equal(linesOf(checked.stderr), faults);
  const started = await place.zd('-C apps --jobs 1 start');
  assert.equal([started.status, namesIn(started)], [2, ['job']]);
  assert.equal(
    linesOf(started.stderr.replace(/(cannot start bad: ).*/, '$1...')),
    [
      'zd: bad: cannot start bad: ...',
      'zd: front: not started: web was not started',
      ...faults,
      'zd: web: not started: bad failed',
    ].sort(),
  );
  assert.equal(
    [(await place.zd('-C apps/typo.conf check')).status, (await place.zd('-C apps stop')).status],
    [0, 0],
  );
});

test('what a program needs is started with it, and not stopped under it', async () => {
  const place = makeApps({
    cache: 'autostart = off',
    db: '',
    off: 'disable = on',
    web: 'after = db, ?cache',
  });
  const plan = await place.zd('-C apps start web --dry-run');
  assert.is(plan.stdout, 'would start db\nwould start web after db\n');
  const alone = await place.zd('-C apps start web --no-deps');
  assert.match(alone.stdout, /^daemon process started, pid=\d+\n$/);
  await place.zd('-C apps stop web');
  const started = await place.zd('-C apps start web');
  assert.match(
    started.stdout,
    /^db: daemon process started, pid=\d+ \(needed by web\)\nweb: daemon process started, pid=\d+\n$/,
  );
  assert.match((await place.zd('-C apps start web')).stdout, /^daemon process already running; pid=\d+\n$/);
  const refused = await place.zd('-C apps stop db');
  assert.equal([refused.status, refused.stdout], [1, '']);
  place.write('apps/bad.conf', 'colour = red\n');
  place.write('apps/needy.conf', '[runner]\nprogram = sleep 1000\nafter = bad\n');
  const held = await place.zd('-C apps start needy');
  assert.equal([held.status, held.stdout], [2, '']);
  assert.match(held.stderr, /^zd: bad: apps\/bad\.conf:1: .*\nzd: needy: not started: bad failed\n$/);
  assert.is(refused.stderr, 'zd: db: not stopped: web needs it and is up; stop it too, or use --force\n');
  const forced = await place.zd('-C apps stop db --force');
  assert.equal([forced.status, forced.stdout], [0, 'daemon process stopped\n']);
  const nothing = await place.zd('-C apps start off cach?');
  assert.match(nothing.stderr, 'disabled in apps/off.conf');
  const globbed = await place.zd(['-C', 'apps', 'start', 'c*', 'o*']);
  assert.equal([globbed.status, globbed.stdout.slice(0, 16)], [0, 'nothing to start']);
  const { programs } = await askJson(place, 'status');
  assert.equal(
    programs.filter(({ state }) => state === 'running').map(({ name }) => name),
    ['web'],
  );
});

test('a program that is not to be started again counts when it has ended with success', async () => {
  const place = makeApps({
    mig: 'program = sh -c "echo run >> runs; exit $(cat code)"\nstart-seconds = 1\nonce = on\nexit-codes = 0, 7',
    web: 'after = mig',
    other: 'after = mig',
  });
  place.write('apps/code', '3');
  const failed = await place.zd('-C apps start web');
  assert.equal([failed.status, failed.stdout], [1, '']);
  assert.match(failed.stderr, /^zd: web: not started: mig failed$/m);
  for (const code of ['0', '7']) {
    place.write('apps/code', code);
    const { status, stdout } = await place.zd('-C apps --jobs 1 start web');
    assert.is(status, 0);
    assert.match(
      stdout,
      new RegExp(`^mig: done: exit status ${code} after .* s \\(needed by web\\)\nweb: daemon`),
    );
    await place.zd('-C apps stop web --now');
  }
  await place.zd('-C apps start web other');
  assert.is(place.read('apps/runs'), 'run\n'.repeat(4), 'once for each start of what needs it');
  const again = await place.zd('-C apps start');
  assert.equal([again.status, again.stdout.split('\n')[0]], [0, 'mig: already done']);
  assert.is(place.read('apps/runs'), 'run\n'.repeat(4));
});

test('Ctrl-C ends the wait: what was begun goes on, and what was not is named', async () => {
  const place = makeApps({ db: 'wait-for = file there', web: 'after = db', job: '' });
  const start = place.launch([...commandOf('zd'), '-C', 'apps', 'start']);
  await until(30, 'a start of db', async () => {
    const { programs } = await askJson(place, 'status');
    return programs.every(
      ({ name, state }) => state === { db: 'starting', web: 'down', job: 'running' }[name],
    );
  });
  start.child.kill('SIGINT');
  const { status, stderr } = await start.done;
  assert.equal(
    [status, stderr],
    [1, 'zd: interrupted: the manager of db continues with the request; not begun: web\n'],
  );
  place.write('apps/there', '');
  assert.is((await place.zd('-C apps wait db --up')).status, 0);
});

test('restart takes what is up, touches no other, and rolling ends at the first failure', async () => {
  const place = makeApps({ a: '', b: 'after = a', c: 'after = b', d: 'autostart = off' });
  await place.zd('-C apps start');
  const pids = async () => {
    const { programs } = await askJson(place, 'status');
    return programs.map(({ pid }) => pid ?? null);
  };
  const changed = (one: (number | null)[], other: (number | null)[]) =>
    ['a', 'b', 'c', 'd'].filter((_, at) => one[at] !== other[at]);
  const first = await pids();
  assert.equal(namesIn(await place.zd('-C apps restart')), ['a', 'b', 'c']);
  const second = await pids();
  assert.equal(changed(first, second), ['a', 'b', 'c']);
  await place.zd('-C apps restart b');
  const third = await pids();
  assert.equal(changed(second, third), ['b']);
  const plan = await place.zd('-C apps restart b --dependents --dry-run');
  assert.is(plan.stdout, 'would restart b\nwould restart c after b\n');
  assert.equal(await pids(), third, 'nothing is done');
  place.write('apps/b.conf', '[runner]\nprogram = ./gone\nafter = a\n');
  const rolling = await place.zd('-C apps restart --rolling');
  assert.equal([rolling.status, namesIn(rolling)], [2, ['a']]);
  assert.match(rolling.stderr, /^zd: b: .*gone.*\nzd: ended at b; not touched: c\n$/);
  assert.equal(changed(third, await pids()), ['a']);
});

test.run();
