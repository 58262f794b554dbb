import { statSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, type Place, pidIn } from '../../helpers/cli';
import { isWritten, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('apply');
test.after.each(clearPlaces);

const PLAIN = '[runner]\nprogram = sleep 1000\n';
const isRoot = process.getuid?.() === 0;

async function start(file = PLAIN): Promise<{ place: Place; pid: number; managerPid: number }> {
  const place = makePlace();
  place.write('app.conf', file);
  const pid = pidIn(await place.zd('-C app.conf start'));
  return { place, pid, managerPid: (await place.report()).managerPid };
}

test('what can change at once does, and a second apply finds nothing to do', async () => {
  const { place, pid, managerPid } = await start();
  place.write('app.conf', `${PLAIN}backoff-limit = 20\n`);
  const line = 'backoff-limit: 10 -> 20 (live)\n';
  assert.equal(await place.zd('-C app.conf apply --dry-run'), { status: 0, stdout: line, stderr: '' });
  const backoff = async () => ((await place.report()) as unknown as { backoffLimit: number }).backoffLimit;
  assert.is(await backoff(), 10);
  assert.equal(await place.zd('-C app.conf apply'), { status: 0, stdout: line, stderr: '' });
  assert.is(await backoff(), 20);
  const again = await place.zd('-C app.conf apply');
  assert.equal(again, { status: 0, stdout: 'app.conf: no changes\n', stderr: '' });
  const report = await place.report();
  assert.equal([report.pid, report.managerPid, report.restarts], [pid, managerPid, 0]);
});

test('program, words and variables: the program is restarted, the words after start stay', async () => {
  const place = makePlace();
  const tell = place.write('tell.sh', 'echo "$FOO $*" >>told; exec sleep 1000\n');
  place.write('app.conf', `[runner]\nprogram = sh ${tell} one\n`);
  await place.zd('-C app.conf start word');
  const { managerPid } = await place.report();
  place.write('app.conf', `[runner]\nprogram = sh ${tell} two\n[environment]\nFOO = foo\n`);
  const { status, stdout, stderr } = await place.zd('-C app.conf apply');
  assert.equal([status, stderr], [0, '']);
  const [program, variable, done] = stdout.split('\n');
  assert.equal(
    [program, variable],
    [`program: sh ${tell} one -> sh ${tell} two (restart)`, 'FOO: (not set) -> foo (restart)'],
  );
  assert.match(done as string, /^daemon process restarted, pid=\d+$/);
  await waitForFile(place.path('told'), text => text === ' one word\nfoo two word\n');
  assert.is((await place.report()).managerPid, managerPid);
});

test('settings of the manager: another one takes over, and the program goes on', async () => {
  const { place, pid, managerPid } = await start();
  place.write('app.conf', `${PLAIN}socket-mode = 640\ntranscript = out.log\n[eventlog]\npath = events.log\n`);
  const { status, stdout, stderr } = await place.zd('-C app.conf apply');
  assert.equal([status, stderr], [0, '']);
  assert.match(stdout, /^transcript: \/dev\/null -> .*out\.log \(new manager\)$/m);
  assert.match(stdout, /^eventlog: .* \(new manager\)\ndaemon manager upgraded, pid=\d+\n$/m);
  assert.is(statSync(place.path('zdsock')).mode & 0o777, 0o640);
  const report = await place.report();
  assert.equal([report.pid, report.restarts], [pid, 0]);
  assert.is.not(report.managerPid, managerPid);
  await waitForFile(place.path('events.log'), isWritten);
});

test('a umask or a directory: a new manager and a restart, in this order', async () => {
  const place = makePlace();
  const tell = place.write('tell.sh', 'umask >mask.new; mv mask.new mask; exec sleep 1000\n');
  place.write('app.conf', `[runner]\nprogram = sh ${tell}\n`);
  await place.zd('-C app.conf start');
  place.write('app.conf', `[runner]\nprogram = sh ${tell}\numask = 027\ndirectory = below\n`);
  const { status, stdout } = await place.zd('-C app.conf apply');
  assert.is(status, 0, stdout);
  assert.match(stdout, /\(new manager and restart\)\ndaemon manager upgraded.*\ndaemon process restarted/);
  assert.match(await waitForFile(place.path('below/mask'), isWritten), /^0*027\n$/);
  assert.is((await place.zd('-C app.conf apply')).stdout, 'app.conf: no changes\n');
});

const faults: [what: string, file: string, reason: string][] = [
  ['a program that is not there', '[runner]\nprogram = slep 1\nbackoff-limit = 20\n', 'slep is not on PATH'],
  ['a value of the wrong type', `${PLAIN}backoff-limit = x\n`, 'app.conf:3: backoff-limit must be'],
  [
    'a folder that is not there',
    `${PLAIN}backoff-limit = 20\ntranscript = no/log\n`,
    'cannot use transcript',
  ],
];

for (const [what, file, reason] of faults) {
  test(`${what} changes nothing`, async () => {
    const { place, pid, managerPid } = await start();
    place.write('app.conf', file);
    const { status, stdout, stderr } = await place.zd('-C app.conf apply');
    assert.equal([status, stdout], [2, '']);
    assert.ok(stderr.includes(reason), stderr);
    const report = (await place.report()) as unknown as Record<string, unknown>;
    assert.equal([report.pid, report.managerPid, report.backoffLimit], [pid, managerPid, 10]);
  });
}

test.skipIf(!isRoot && 'only root can change the user', 'user is named, the rest is applied', async () => {
  const { place, pid } = await start();
  place.write('app.conf', `${PLAIN}user = nobody\nsocket-name = zdsock\nbackoff-limit = 20\n`);
  const { status, stdout, stderr } = await place.zd('-C app.conf apply --json');
  const { changed, changes } = JSON.parse(stdout);
  assert.equal([status, stderr, changed], [1, 'zd: not applied: user (stop and start)\n', true]);
  assert.equal(
    changes.map(({ key, step }: { key: string; step: string }) => [key, step]),
    [
      ['user', 'stop and start'],
      ['backoff-limit', 'live'],
    ],
  );
  assert.is((await place.report()).pid, pid);
});

test('a socket that others can use: what would choose what is run is named', async () => {
  const shared = 'socket-mode = 660\n';
  const { place, pid } = await start(PLAIN + shared);
  place.write('app.conf', `[runner]\nprogram = sleep 1001\numask = 077\nbackoff-limit = 20\n${shared}`);
  const { status, stderr } = await place.zd('-C app.conf apply');
  assert.equal([status, stderr], [1, 'zd: not applied: program, umask (stop and start)\n']);
  const report = await place.report();
  assert.equal([report.pid, report.args], [pid, ['sleep', '1000']]);
});

test('a program that is down stays down, and starts with the new settings', async () => {
  const { place } = await start(`${PLAIN}hang-around = on\n`);
  await place.zd('-C app.conf stop');
  place.write('app.conf', '[runner]\nprogram = sleep 1001\nhang-around = on\n');
  const { status, stdout } = await place.zd('-C app.conf apply');
  assert.equal([status, stdout], [0, 'program: sleep 1000 -> sleep 1001 (restart)\n']);
  assert.is((await place.report()).pid, null);
  await place.zd('-C app.conf start');
  assert.equal((await place.report()).args, ['sleep', '1001']);
});

test('a new program that does not come up is told as by restart', async () => {
  const { place } = await start();
  place.write('app.conf', `[runner]\nprogram = ${fixture('crash.sh')}\n`);
  const { status, stderr } = await place.zd('-C app.conf apply');
  assert.is(status, 1);
  assert.match(stderr, /^zd: cannot start /);
});

test('without a file 2, without a manager 3; with another file 1', async () => {
  const place = makePlace();
  const without = await place.zd('-p true apply');
  assert.equal(
    [without.status, without.stderr],
    [2, 'zd: cannot apply without a configuration file; use -C\n'],
  );
  place.write('app.conf', PLAIN);
  const down = await place.zd('-C app.conf apply');
  assert.equal([down.status, down.stdout], [3, 'daemon manager not running\n']);
  await place.zd('-C app.conf start');
  place.write('other.conf', PLAIN);
  const other = await place.zd('-C other.conf apply');
  assert.is(other.status, 1);
  assert.match(other.stderr, /^zd: cannot apply: zdsock is in use by app.conf/);
});

test('an orphaned program is adopted first, but not by a dry run', async () => {
  const { place, pid, managerPid } = await start();
  const { killWithKeeper } = await import('../../helpers/processes');
  await killWithKeeper(managerPid);
  place.write('app.conf', `${PLAIN}backoff-limit = 20\n`);
  const dry = await place.zd('-C app.conf apply --dry-run');
  assert.equal(
    [dry.status, dry.stdout],
    [1, `daemon manager not running; program still running, pid=${pid}\n`],
  );
  assert.is((await place.zd('-C app.conf apply')).status, 0);
  const report = (await place.report()) as unknown as Record<string, unknown>;
  assert.equal([report.pid, report.backoffLimit], [pid, 20]);
});

test('as watch-config it keeps what flags have set', async () => {
  const place = makePlace();
  place.write('app.conf', PLAIN);
  await place.zd('-C app.conf -b 3 start');
  place.write('app.conf', `${PLAIN}stop-timeout = 7\n`);
  const { stdout } = await place.zd('-C app.conf apply --watched');
  assert.is(stdout, 'stop-timeout: 300 -> 7 (live)\n');
  const report = (await place.report()) as unknown as Record<string, unknown>;
  assert.equal(
    [report.backoffLimit, report.source],
    [3, { file: place.path('app.conf'), flags: ['backoff-limit'] }],
  );
});

test.skipIf(
  isRoot && 'root has its own, stricter rules',
  'as watch-config it refuses a file of others',
  async () => {
    const { place } = await start();
    place.write('app.conf', `${PLAIN}stop-timeout = 7\n`, 0o666);
    await place.exec(['chmod', '666', 'app.conf']);
    const { status, stderr } = await place.zd('-C app.conf apply --watched');
    assert.is(status, 1);
    assert.match(stderr, /without being asked \(watch-config\): others can write to it \(mode 0666\)/);
  },
);

test.run();
