import { mkdirSync, rmSync, statSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { isWritten, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('a restart is safe');
test.after.each(clearPlaces);

const isRoot = process.getuid?.() === 0;

async function start(file: string): Promise<{ place: Place; pid: number }> {
  const place = makePlace();
  place.write('app.conf', file);
  return { place, pid: pidIn(await place.zd('-C app.conf start')) };
}

const PLAIN = '[runner]\nprogram = sleep 1000\n';

const faults: [what: string, file: string, reason: string][] = [
  ['a program that is not there', '[runner]\nprogram = slep 1000\n', 'slep is not on PATH'],
  ['a folder as program', '[runner]\nprogram = /tmp\n', "no permission to run program '/tmp'"],
  ['a start test that cannot run', `${PLAIN}start-test-program = ./no-test\n`, 'start-test-program'],
  ['a transcript in no folder', `${PLAIN}transcript = no/log\n`, 'cannot use transcript'],
  ['a directory in no folder', `${PLAIN}directory = a/b/c\n`, 'cannot use directory'],
  ['a user nobody knows', `${PLAIN}user = no-such-user\n`, "username 'no-such-user' not found"],
  ['an event log in no folder', `${PLAIN}[eventlog]\npath = no/log\n`, 'cannot use eventlog path'],
  ['a value of the wrong type', `${PLAIN}umask = 8\n`, 'app.conf:3: umask must be an octal number'],
  ['an unknown section', `${PLAIN}[bogus]\n`, "app.conf:3: unknown section 'bogus'"],
  ['no program', '[runner]\numask = 7\n', "no values for 'program'"],
];

for (const [what, file, reason] of faults) {
  test(`${what} is refused with 2, and the program goes on`, async () => {
    const { place, pid } = await start(PLAIN);
    place.write('app.conf', file);
    const { status, stdout, stderr } = await place.zd('-C app.conf restart');
    assert.equal([status, stdout], [2, '']);
    assert.ok(stderr.includes(reason), stderr);
    assert.ok(stderr.endsWith(`; nothing was stopped, pid ${pid} goes on\n`), stderr);
    const report = await place.report();
    assert.equal([report.pid, report.restarts], [pid, 0]);
    place.write('app.conf', PLAIN);
    assert.is((await place.zd('-C app.conf restart')).status, 0);
  });
}

test('what the manager cannot take over is named with its step', async () => {
  const { place, pid } = await start(PLAIN);
  const logs = 'transcript = out.log\numask = 077\nsocket-mode = 640\n[eventlog]\npath = events.log\n';
  place.write('app.conf', `${PLAIN}${logs}`);
  const { status, stdout, stderr } = await place.zd('-C app.conf restart');
  assert.is(status, 0);
  assert.is.not(pidIn({ stdout, stderr }), pid);
  const keys = 'umask, socket-mode, transcript, eventlog';
  assert.is(stderr, `zd: not applied: ${keys} (zd apply)\n`);
  assert.not.ok((await place.exec(['ls'])).stdout.includes('out.log'));
  await place.zd('-C app.conf stop');
  assert.is((await place.zd('-C app.conf start')).stderr, '');
  assert.is(statSync(place.path('zdsock')).mode & 0o777, 0o640);
  assert.is((await place.zd('-C app.conf restart')).stderr, '');
});

test('a start with an idle manager says the same', async () => {
  const { place } = await start(`${PLAIN}hang-around = on\n`);
  await place.zd('-C app.conf stop');
  place.write('app.conf', `${PLAIN}hang-around = on\nstderr-transcript = errors.log\n`);
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.equal([status, stderr], [0, 'zd: not applied: stderr-transcript (zd apply)\n']);
});

test.skipIf(!isRoot && 'only root can change the user', 'a changed user is refused', async () => {
  const { place, pid } = await start(PLAIN);
  place.write('app.conf', `${PLAIN}user = nobody\nsocket-name = zdsock\n`);
  const { status, stderr } = await place.zd('-C app.conf restart');
  const reason = `cannot change user from the caller of start to nobody (app.conf:3) while a manager runs: stop and start`;
  assert.equal([status, stderr], [2, `zd: ${reason}; nothing was stopped, pid ${pid} goes on\n`]);
  place.write('app.conf', `${PLAIN}user = 0\n`);
  assert.is((await place.zd('-C app.conf restart')).status, 0);
});

test('a value of a flag is not mistaken for a change of the file', async () => {
  const place = makePlace();
  place.write('app.conf', PLAIN);
  const pid = pidIn(await place.zd('-C app.conf -b 3 -t out.log start'));
  const running = { status: 0, stdout: `program running; pid=${pid}\n`, stderr: '' };
  assert.equal(await place.zd('-C app.conf status'), running);
  assert.equal(await place.zd('-C app.conf -b 4 status'), running);
  const { stdout } = await place.zd('-C app.conf show changes');
  assert.match(stdout, /^backoff-limit: 3 -> 10 \(live\)$/m);
  assert.match(stdout, /^transcript: \/.*out\.log -> \/dev\/null \(new manager\)$/m);
});

test('status and start say what has changed, and show changes says how', async () => {
  const file = `${PLAIN}\n[environment]\nFOO = one\nGONE = x\n`;
  const { place, pid } = await start(file);
  const same = await place.zd('-C app.conf show changes');
  assert.equal([same.status, same.stdout], [0, 'app.conf: no changes\n']);
  place.write(
    'app.conf',
    '[runner]\nprogram = sleep 1001\ndirectory = .\n\n[environment]\nFOO = two words\n',
  );
  const note =
    'zd: app.conf has changed since: program, FOO, GONE (restart), directory (new manager and restart); zd apply applies it\n';
  const running = `program running; pid=${pid}\n`;
  assert.equal(await place.zd('-C app.conf status'), { status: 0, stdout: running, stderr: note });
  assert.is((await place.zd('-C app.conf status -v')).stderr, note);
  const started = await place.zd('-C app.conf start');
  assert.equal([started.stdout, started.stderr], [`daemon process already running; pid=${pid}\n`, note]);
  const { running: hidden, changes: drift } = JSON.parse(
    (await place.zd('-C app.conf status --json')).stdout,
  );
  const steps = drift.map(({ key, step }: { key: string; step: string }) => `${key}: ${step}`);
  const wanted = ['program: restart', 'directory: new manager and restart', 'FOO: restart', 'GONE: restart'];
  assert.equal([hidden, steps], [undefined, wanted]);
  const changes = [
    'program: sleep 1000 -> sleep 1001 (restart)',
    `directory: (none) -> ${place.folder} (new manager and restart)`,
    'FOO: one -> two words (restart)',
    'GONE: x -> (not set) (restart)',
  ];
  const shown = await place.zd('-C app.conf show changes');
  assert.equal([shown.status, shown.stdout, shown.stderr], [0, `${changes.join('\n')}\n`, '']);
  await place.zd('-C app.conf restart');
  const { stdout } = await place.zd('-C app.conf show changes');
  assert.is(stdout, `${changes[1]}\n`);
  assert.equal(await place.zd('status'), { ...(await place.zd('-C app.conf status')), stderr: '' });
});

test('values of variables are not told over a socket that others can use', async () => {
  const { place } = await start(`${PLAIN}socket-mode = 660\n[environment]\nKEY = secret\n`);
  place.write('app.conf', `${PLAIN}socket-mode = 660\n[environment]\nKEY = other\n`);
  const { stdout } = await place.zd('-C app.conf show changes');
  assert.is(stdout, 'app.conf: no changes\n');
});

test('show changes needs a file and a manager', async () => {
  const place = makePlace();
  const without = await place.zd('show changes');
  const reason = 'cannot show changes without a configuration file; use -C';
  assert.equal([without.status, without.stderr], [2, `zd: ${reason}\n`]);
  place.write('app.conf', PLAIN);
  const idle = await place.zd('-C app.conf show changes');
  assert.equal([idle.status, idle.stdout], [3, 'daemon manager not running\n']);
  const original = await place.zdaemon('-C app.conf show changes');
  assert.match(original.stderr, "cannot show 'changes'");
});

test('zdaemon restarts as zdaemon does', async () => {
  const { place, pid } = await start(`${PLAIN}transcript = logs/out\n`.replace('logs/', ''));
  place.write('app.conf', `${PLAIN}transcript = logs/out\n`);
  mkdirSync(place.path('logs'));
  rmSync(place.path('logs'), { recursive: true });
  const restarted = await place.zdaemon('-C app.conf restart');
  assert.equal([restarted.status, restarted.stderr], [0, '']);
  assert.is.not(pidIn(restarted), pid);
  await waitForFile(place.path('app.conf'), isWritten);
});

test.run();
