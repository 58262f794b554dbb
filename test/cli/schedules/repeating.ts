import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace, type Place, pidIn } from '../../helpers/cli';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Runs that a schedule repeats. `job.sh` records its begin and its end, and waits for a gate. */

const test = suite('repeating runs');
test.after.each(clearPlaces);

test('run-every: the next run begins after the end of the one before, however that ended; never two at once', async () => {
  const place = makeJob({ 'run-every': '0.05' }, 'job 3');
  assert.match((await place.zd('-C app.conf start')).stdout, /^daemon process started, pid=\d+\n$/);
  const lines = await untilRuns(place, 4);
  assert.equal(lines.slice(0, 6), Array(3).fill(['begin job', 'end job']).flat());
  const status = await statusOf(place);
  assert.ok(status.crashes >= 3, `${status.crashes}`);
  assert.is(status.lastExit?.code, 3);
  assert.is((await place.zd('-C app.conf stop')).stdout, 'daemon process stopped\n');
});

test('between two runs the state is waiting, with the next time; status ends with 0, and stop ends it', async () => {
  const place = makeJob({ 'run-every': '1h' }, 'job 1');
  await place.zd('-C app.conf start');
  await untilState(place, 'waiting');
  const { nextRun, now, pid, wanted } = await statusOf(place);
  assert.ok(nextRun !== null && nextRun > now + 3500 && nextRun <= now + 3600, `${nextRun} ${now}`);
  assert.is(pid, null);
  assert.is(wanted, 'up');
  const { status, stdout } = await place.zd('-C app.conf status');
  assert.is(status, 0, stdout);
  assert.match(stdout, /\nwaiting: next run .*; last run: exit status 1 after/);
  assert.is((await place.zd('-C app.conf stop')).stdout, 'daemon process stopped\n');
  assert.is(runsOf(place), 1);
});

test('run-now begins the next run at once; while one is under way it does nothing', async () => {
  const place = makeJob({ 'run-every': '1h' }, 'job 0');
  await place.zd('-C app.conf start');
  await untilState(place, 'waiting');
  place.configure({ ...BASE, program: `${fixture('job.sh')} log job 0 gate`, 'run-every': '1h' });
  const pid = pidIn(await place.zd('-C app.conf run-now'));
  assert.ok(isAlive(pid));
  const again = await place.zd('-C app.conf run-now');
  assert.equal(again, { status: 0, stdout: `daemon process already running; pid=${pid}\n`, stderr: '' });
  place.write('gate', '');
  await untilState(place, 'waiting');
  assert.is(runsOf(place), 2);
  await place.zd('-C app.conf stop');
  const down = await place.zd('-C app.conf run-now');
  assert.equal(down, { status: 3, stdout: 'daemon manager not running\n', stderr: '' });
});

test('run-now for a program without a schedule is refused', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'hang-around': 'on' });
  await place.zd('-C app.conf start');
  await place.zd('-C app.conf stop');
  const { status, stderr } = await place.zd('-C app.conf run-now');
  assert.is(status, 1);
  assert.match(stderr, /^zd: .*no run is waiting/);
});

test('run-at: start returns when the schedule is set, and prints the next time', async () => {
  const place = makeJob({ 'run-at': '0 0 1 1 *', 'run-zone': 'UTC' }, 'job 0');
  const { status, stdout } = await place.zd('-C app.conf start');
  assert.is(status, 0);
  assert.match(stdout, /^daemon process scheduled; next run \d{4}-(12-31|01-01) at \d\d:\d\d:00\n$/);
  const { state, nextRun, skipped } = await statusOf(place);
  assert.is(state, 'waiting');
  assert.match(new Date((nextRun ?? 0) * 1000).toISOString(), /-01-01T00:00:00/);
  assert.is(skipped, 0);
  assert.is(runsOf(place), 0);
  const again = await place.zd('-C app.conf start');
  assert.is(again.stdout, stdout);
  pidIn(await place.zd('-C app.conf run-now'));
  await untilState(place, 'waiting');
  assert.is(runsOf(place), 1);
});

test('run-at with seconds runs again and again', async () => {
  const place = makeJob({ 'run-at': '* * * * * *' }, 'job 0');
  await place.zd('-C app.conf start');
  await untilRuns(place, 2);
});

test('start for a schedule that is set, and restart, which begins it anew', async () => {
  const place = makeJob({ 'run-every': '1h' }, 'job 0');
  await place.zd('-C app.conf start');
  await untilState(place, 'waiting');
  assert.match((await place.zd('-C app.conf start')).stdout, /^daemon process scheduled; next run /);
  assert.is(runsOf(place), 1);
  assert.match((await place.zd('-C app.conf restart')).stdout, /^daemon process (re)?started, pid=\d+\n$/);
  await untilState(place, 'waiting');
  assert.is(runsOf(place), 2);
});

test('a run that lasts longer than run-timeout is stopped, counts as failed, and is followed by the next one', async () => {
  const place = makeJob({ 'run-every': '0.05', 'run-timeout': '0.2' }, 'job 0 never');
  await place.zd('-C app.conf start');
  await until(30, 'two runs', () => place.read('log').split('begin').length > 2);
  assert.is(place.read('log').includes('end'), false);
  const { lastExit, crashes } = await statusOf(place);
  assert.is((lastExit as { by?: string }).by, 'run-timeout');
  assert.ok(crashes >= 1);
});

test('once is refused, because the schedule would have its way', async () => {
  const place = makeJob({ 'run-every': '1h' }, 'job 0');
  const { status, stderr } = await place.zd('-C app.conf once');
  assert.is(status, 2);
  assert.match(
    stderr,
    /^zd: cannot start the program only once: app.conf:\d has it run again and again; use start, /,
  );
});

test('words after start are refused with the place of the schedule', async () => {
  const place = makeJob({ 'run-every': '1h' }, 'job 0');
  for (const word of ['start', 'restart']) {
    const { status, stderr } = await place.zd(['-C', 'app.conf', word, 'more']);
    assert.is(status, 2);
    assert.match(
      stderr,
      /^zd: app.conf:\d: a program with run-every takes no words after the command; put them into program\n$/,
    );
  }
});

test('stop --after-step lets the run end, and nothing follows it; a second stop does not wait', async () => {
  const place = makeJob({ 'run-every': '0.01' }, 'job 0 gate');
  const pid = pidIn(await place.zd('-C app.conf start'));
  const stop = place.launch(zdWords('stop', '--after-step'));
  await until(30, 'the wish', async () => (await statusOf(place)).isLast);
  assert.ok(isAlive(pid));
  place.write('gate', '');
  assert.is((await stop.done).stdout.replace(/^\n/, ''), 'daemon process stopped\n');
  assert.equal(logOf(place), ['begin job', 'end job']);

  const other = makeJob({ 'run-every': '0.01' }, 'job 0 gate');
  const second = pidIn(await other.zd('-C app.conf start'));
  const patient = other.launch(zdWords('stop', '--after-step'));
  await until(30, 'the wish', async () => (await statusOf(other)).isLast);
  assert.is((await other.zd('-C app.conf stop')).status, 0);
  await waitForEnd(second);
  assert.is((await patient.done).status, 0);
  assert.equal(logOf(other), ['begin job']);
});

const BASE = { 'stop-timeout': '10' };

/** @param job name, status and gate of `job.sh` */
function makeJob(settings: Record<string, string>, job: string): Place {
  const place = makePlace();
  place.configure({ ...BASE, program: `${fixture('job.sh')} log ${job}`, ...settings });
  place.write('log', '');
  return place;
}

function zdWords(...words: string[]): string[] {
  return [...commandOf('zd'), '-C', 'app.conf', ...words];
}

function logOf(place: Place): string[] {
  return place.read('log').split('\n').filter(Boolean);
}

function runsOf(place: Place): number {
  return logOf(place).filter(line => line.startsWith('begin')).length;
}

async function untilRuns(place: Place, count: number): Promise<string[]> {
  await waitForFile(place.path('log'), text => text.split('end').length > count);
  return logOf(place);
}

async function untilState(place: Place, state: string): Promise<void> {
  await until(30, `the state ${state}`, async () => (await statusOf(place)).state === state);
}

interface ScheduleReport {
  state: string;
  pid: number | null;
  wanted: string;
  now: number;
  nextRun: number | null;
  skipped: number;
  isLast: boolean;
  crashes: number;
  lastExit: { code: number | null } | null;
}

async function statusOf(place: Place): Promise<ScheduleReport> {
  return (await place.report()) as unknown as ScheduleReport;
}

test.run();
