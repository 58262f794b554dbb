import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace, type Place, pidIn } from '../../helpers/cli';
import { isAlive, killWithKeeper, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';

/* Commands that run one after another. `job.sh` records its begin and its end, and waits for a gate. */

const test = suite('steps');
test.after.each(clearPlaces);

const A = 'begin a as first';
const B = 'begin b as second';

test('steps run in the order of the file, and know their names; one round ends the manager', async () => {
  const place = makeJob({}, 'a 0', 'b 0');
  await place.zd('-C app.conf start');
  await untilDown(place);
  assert.equal(logOf(place), [A, 'end a', B, 'end b']);
});

for (const [format, failure, log] of [
  ['a step that fails ends the round', 'end', [A, 'end a']],
  ['with go-on, the next step is run', 'go-on', [A, 'end a', B, 'end b']],
] as const)
  test(`${format}; the status of the round is that of the first step that failed`, async () => {
    const place = makeJob({ 'step-failure': failure, daemon: 'off' }, 'a 3', 'b 4');
    assert.is((await place.zd('-C app.conf start')).status, 3);
    assert.equal(logOf(place), log);
  });

test('a round whose steps all succeed has status 0', async () => {
  const place = makeJob({ daemon: 'off' }, 'a 0', 'b 0');
  assert.is((await place.zd('-C app.conf start')).status, 0);
});

test('step-pause passes between two steps, in the state waiting; run-now skips it', async () => {
  const place = makeJob({ 'step-pause': '1h' }, 'a 0', 'b 0');
  await place.zd('-C app.conf start');
  const report = await untilState(place, 'waiting');
  assert.equal(logOf(place), [A, 'end a']);
  assert.is(report.step, 'second');
  assert.is((await place.zd('-C app.conf run-now')).status, 0);
  await untilDown(place);
  assert.equal(logOf(place), [A, 'end a', B, 'end b']);
});

test('the step that runs is in the status, with its words', async () => {
  const place = makeJob({}, 'a 0', 'b 0 gate');
  await place.zd('-C app.conf start');
  await waitForFile(place.path('log'), text => text.includes(B));
  const report = await untilState(place, 'running');
  assert.is(report.step, 'second');
  assert.equal(report.args.slice(-3), ['b', '0', 'gate']);
  assert.match((await place.zd('-C app.conf status')).stdout, 'second');
});

test('stop --after-step lets the present step end, and no other one begins', async () => {
  const place = makeJob({}, 'a 0 gate', 'b 0');
  await place.zd('-C app.conf start');
  const stop = place.launch([...commandOf('zd'), '-C', 'app.conf', 'stop', '--after-step']);
  await until(30, 'the wish', async () => (await statusOf(place)).isLast);
  place.write('gate', '');
  assert.is((await stop.done).status, 0);
  assert.equal(logOf(place), [A, 'end a']);
});

test('steps and variables are read again before each round; a fault keeps the former ones, and is told', async () => {
  const place = makeJob({ 'run-every': '1h' }, 'a 0');
  const change = (text: string) =>
    place.write(
      'app.conf',
      place.read('app.conf').replace(/<steps>[\s\S]*/, () => text),
    );
  await place.zd('-C app.conf start');
  await untilState(place, 'waiting');
  const job = fixture('job.sh');
  change(
    `<steps>\n  new sh -c "echo $$WORD >>log"\n</steps>\n<environment>\n  WORD changed\n</environment>\n`,
  );
  await place.zd('-C app.conf run-now');
  await waitForFile(place.path('log'), text => text.includes('changed'));
  await untilState(place, 'waiting');
  change(`<steps>\n  new\n</steps>\n`);
  await place.zd('-C app.conf run-now');
  await waitForFile(place.path('log'), text => text.split('changed').length === 3);
  await untilState(place, 'waiting');
  assert.match(
    place.read('events'),
    /ERROR cannot read what the next run is: .*app.conf:\d+: the step 'new' must be/,
  );
  change(`<steps>\n  last ${job} log c 0\n</steps>\n`);
  await place.zd('-C app.conf run-now');
  await waitForFile(place.path('log'), text => text.includes('end c'));
  assert.match(place.read('log'), 'begin c as last');
});

test('without a keeper, they are read again, too', async () => {
  const place = makePlace({ env: { PATH: makePathWithoutPerl() } });
  place.write('app.conf', '[runner]\nrun-every = 1h\n[steps]\na = sh -c "echo one >>log"\n');
  await place.zd('-C app.conf start');
  await untilState(place, 'waiting');
  place.write('app.conf', place.read('app.conf').replace('one', 'two'));
  await place.zd('-C app.conf run-now');
  await waitForFile(place.path('log'), text => text === 'one\ntwo\n');
});

test('a step that -X gave stays', async () => {
  const place = makeJob({ 'run-every': '1h' }, 'a 0');
  const given = `steps/first=${fixture('job.sh')} log x 0`;
  await place.zd(['-C', 'app.conf', '-X', given, 'start']);
  await untilState(place, 'waiting');
  await place.zd('-C app.conf run-now');
  await waitForFile(place.path('log'), text => text.split('end x').length === 3);
});

test('a schedule and its step survive a SIGKILL of the manager, and an upgrade, with the same next time', async () => {
  const place = makeJob({ 'run-every': '1h' }, 'a 0', 'b 1');
  await place.zd('-C app.conf start');
  const before = await untilState(place, 'waiting');
  process.kill(before.managerPid, 'SIGKILL');
  const after = await until(30, 'another manager', async () => {
    const report = await statusOf(place);
    return report.state === 'waiting' && report.managerPid !== before.managerPid && report;
  });
  isSame(after, before);
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  const upgraded = await untilState(place, 'waiting');
  assert.is.not(upgraded.managerPid, after.managerPid);
  isSame(upgraded, before);
  assert.equal(logOf(place), [A, 'end a', B, 'end b']);
  pidIn(await place.zd('-C app.conf run-now'));
  await waitForFile(place.path('log'), text => text.split('end b').length === 3);
});

test('a manager that dies while a step runs: the next one goes on with the round', async () => {
  const place = makeJob({}, 'a 0 gate', 'b 0');
  const pid = pidIn(await place.zd('-C app.conf start'));
  const { managerPid } = await statusOf(place);
  process.kill(managerPid, 'SIGKILL');
  await until(30, 'another manager', async () => (await statusOf(place)).managerPid !== managerPid);
  assert.ok(isAlive(pid));
  place.write('gate', '');
  await untilDown(place);
  assert.equal(logOf(place), [A, 'end a', B, 'end b']);
});

test('without a keeper, a manager that was killed leaves a waiting schedule behind; start sets it anew', async () => {
  const place = makeJob({ 'run-every': '1h' }, 'a 0');
  await place.zd('-C app.conf start');
  const { managerPid } = await untilState(place, 'waiting');
  await killWithKeeper(managerPid);
  await waitForEnd(managerPid);
  assert.is((await place.zd('-C app.conf status')).status, 3);
  await place.zd('-C app.conf start');
  await untilState(place, 'waiting');
  assert.equal(logOf(place), [A, 'end a', A, 'end a']);
});

test('fg runs the steps of a round in the terminal, with the status of the first that failed', async () => {
  const place = makeJob({ 'step-failure': 'go-on' }, 'a 5', 'b 0');
  assert.is((await place.zd('-C app.conf fg')).status, 5);
  assert.equal(logOf(place), [A, 'end a', B, 'end b']);
});

test('a step that cannot be found is refused by check and by start, with its name', async () => {
  const place = makePlace();
  place.write('app.conf', '[steps]\na = true\nb = ./nothing\n');
  for (const word of ['check', 'start']) {
    const { status, stderr } = await place.zd(['-C', 'app.conf', word]);
    assert.is(status, word === 'check' ? 2 : 1, stderr);
    assert.match(stderr, word === 'check' ? /step b '.\/nothing' \(app.conf:1\)/ : /nothing/);
  }
});

/** @param jobs name, status and gate of `job.sh`, for each step */
function makeJob(settings: Record<string, string>, ...jobs: string[]): Place {
  const place = makePlace();
  const names = ['first', 'second', 'third'];
  const steps = jobs.map((job, index) => `  ${names[index]} ${fixture('job.sh')} log ${job}\n`).join('');
  const log = '<eventlog>\n  <logfile>\n    path events\n  </logfile>\n</eventlog>\n';
  place.configure({ 'stop-timeout': '10', ...settings }, `${log}<steps>\n${steps}</steps>\n`);
  place.write('log', '');
  return place;
}

function logOf(place: Place): string[] {
  return place.read('log').split('\n').filter(Boolean);
}

async function untilDown(place: Place): Promise<void> {
  await until(30, 'the end of the manager', async () => (await place.zd('-C app.conf status')).status === 3);
}

async function untilState(place: Place, state: string): Promise<StepReport> {
  return until(30, `the state ${state}`, async () => {
    const report = await statusOf(place);
    return report.state === state && report;
  });
}

/** Its times are those of the same clocks, read at different moments. */
function isSame(after: StepReport, before: StepReport): void {
  assert.ok(Math.abs((after.nextRun ?? 0) - (before.nextRun ?? 0)) < 1, `${after.nextRun} ${before.nextRun}`);
  assert.is(after.step, before.step);
}

interface StepReport {
  state: string;
  managerPid: number;
  args: string[];
  step: string | null;
  nextRun: number | null;
  isLast: boolean;
}

async function statusOf(place: Place): Promise<StepReport> {
  return (await place.report()) as unknown as StepReport;
}

test.run();
