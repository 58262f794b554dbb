import { chmodSync, copyFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, pidIn, statusOf } from '../../helpers/cli';
import { isAlive, killWithKeeper, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* The time that was granted, signals that cannot be sent, and suspended programs. */

const test = suite('stopping');
test.after.each(clearPlaces);

const stop = [...commandOf('zd'), '-C', 'app.conf', 'stop'];

/** Starts a script that writes `ready` once its traps are set. */
async function startScript(place: Place, script: string, runner: Record<string, string> = {}) {
  place.write('app.sh', `#!/bin/sh\n${script}`, 0o755);
  place.configure({ program: './app.sh', transcript: 'log', ...runner });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('log'), text => text.includes('ready'));
  return pid;
}

const WORKER = `trap 'until test -e go; do sleep 0.02; done; echo saved >> saved; exit 0' TERM
echo ready; while :; do sleep 0.02; done`;

for (const command of ['stop', 'restart'] as const) {
  test(`after ${command}, a child that outlives the program has the rest of stop-timeout`, async () => {
    const place = makePlace();
    place.write('worker.sh', WORKER);
    const pid = await startScript(place, 'sh worker.sh\n', { 'stop-timeout': '60' });
    const running = place.launch([...commandOf('zd'), '-C', 'app.conf', command]);
    await waitForEnd(pid);
    // Longer than the five seconds that it would have after a crash.
    await place.exec(['sleep', '5.5']);
    place.write('go', '');
    const { status, stderr } = await running.done;
    assert.equal([status, stderr.includes('was needed'), place.read('saved')], [0, false, 'saved\n']);
  });
}

test('a SIGKILL that was needed is reported, for the program and for what it left behind', async () => {
  const place = makePlace();
  const pid = await startScript(place, "trap '' TERM; echo ready; while :; do sleep 0.02; done", {
    'stop-timeout': '1',
  });
  const first = await place.zd('-C app.conf restart');
  assert.is(first.status, 0);
  assert.is(first.stderr, `zd: SIGKILL was needed: ${pid} (app.sh) did not exit in time after SIGTERM\n`);
  await place.zd('-C app.conf stop');

  place.write('stubborn.sh', "trap '' TERM; echo ready $$; while :; do sleep 0.02; done");
  await startScript(place, 'sh stubborn.sh\n', { 'stop-timeout': '1' });
  const second = await place.zd('-C app.conf stop');
  assert.is(second.status, 0);
  assert.match(
    second.stderr,
    /^zd: SIGKILL was needed: .*\d+ \(sh\).* did not exit in time after SIGTERM\n$/,
  );
});

test('called as zdaemon, a SIGKILL is not reported', async () => {
  const place = makePlace();
  await startScript(place, "trap '' TERM; echo ready; while :; do sleep 0.02; done", { 'stop-timeout': '1' });
  assert.is((await place.zdaemon('-C app.conf stop')).stderr, '');
});

const SAVER = "trap 'echo saved >> saved; exit 0' TERM; echo ready; while :; do sleep 0.02; done";

test('a suspended program acts on SIGTERM, and status reports it as suspended', async () => {
  const place = makePlace();
  const pid = await startScript(place, SAVER);
  process.kill(pid, 'SIGSTOP');
  await until(30, 'the suspension', () => statusOf(pid, 'State').startsWith('T'));
  assert.is((await place.zd('status')).stdout, `program running; pid=${pid}; suspended\n`);
  assert.is((await place.zdaemon('status')).stdout, `program running; pid=${pid}\n`);
  assert.is(JSON.parse((await place.zd('status --json')).stdout).suspended, true);
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  assert.is(place.read('saved'), 'saved\n');
  assert.is((await place.zd('status')).stdout.includes('suspended'), false);
});

test('so does one whose whole group is suspended, and one whose manager has died', async () => {
  const place = makePlace();
  place.write('worker.sh', WORKER);
  place.write('go', '');
  const script = "trap 'kill $!; wait; exit 0' TERM; sh worker.sh & echo up; wait; wait";
  const pid = await startScript(place, script);
  process.kill(-pid, 'SIGSTOP');
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.is(place.read('saved'), 'saved\n');

  const again = await startScript(place, SAVER);
  await killWithKeeper((await place.report()).managerPid);
  process.kill(again, 'SIGSTOP');
  await until(30, 'the suspension', () => statusOf(again, 'State').startsWith('T'));
  assert.match((await place.zd('status')).stdout, /adopts it\); suspended\n$/);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.is(place.read('saved'), 'saved\nsaved\n');
});

test('a suspended child that outlives the program acts on SIGTERM', async () => {
  const place = makePlace();
  place.write('go', '');
  place.write('worker.sh', `echo $$ > worker\n${WORKER}`);
  const pid = await startScript(place, 'sh worker.sh\n');
  const worker = Number(place.read('worker'));
  process.kill(worker, 'SIGSTOP');
  assert.is((await place.exec(stop)).status, 0);
  assert.equal([isAlive(pid), isAlive(worker), place.read('saved')], [false, false, 'saved\n']);
});

const needsRoot = process.getuid?.() !== 0 && 'only root can make a program that becomes root';

/** A place of an ordinary user, where `become` runs words as root. */
async function makeForeign() {
  const place = makePlace();
  const become = place.path('become');
  copyFileSync((await place.exec(['which', 'setpriv'])).stdout.trim(), become);
  chmodSync(become, 0o4755);
  chmodSync(place.folder, 0o777);
  const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', ...commandOf('zd')];
  return { place, asNobody, asRoot: `${become} --reuid 0 --clear-groups` };
}

test.skipIf(
  needsRoot,
  'every command gets an answer about a program that it cannot signal, in every state',
  async () => {
    const { place, asNobody, asRoot } = await makeForeign();
    const run = (...words: string[]) =>
      place.exec([...asNobody, '-T', '20', '-p', `${asRoot} sleep 1000`, ...words]);
    const pid = pidIn(await run('start'));
    await until(30, 'root', () => statusOf(pid, 'Name') === 'sleep');
    const reason = `cannot signal pid ${pid}: operation not permitted`;
    const refusal = { status: 1, stdout: `program running; pid=${pid}\n` };
    const restart = { ...refusal, stderr: `zd: cannot restart become: ${reason}\n` };
    const stopped = { status: 1, stdout: '', stderr: `zd: cannot stop become: ${reason}\n` };
    assert.equal(await run('restart'), restart);
    assert.equal(await run('stop'), stopped);
    assert.equal(await run('stop'), stopped);
    assert.equal(await run('restart'), restart);
    assert.equal(await run('restart'), restart);
    assert.is((await run('kill')).status, 1);
    assert.equal(await run('stop'), stopped);
    process.kill(pid, 'SIGKILL');
    await until(30, 'the end', async () => (await run('status')).status === 3);
    assert.is((await run('stop')).status, 0);
  },
);

test.skipIf(
  needsRoot,
  'a child that cannot be signalled is named, without waiting for stop-timeout',
  async () => {
    const { place, asNobody, asRoot } = await makeForeign();
    place.write('app.sh', `${asRoot} sleep 1000 &\necho $! > ${place.path('child')}\nwait\n`);
    place.write('child', '', 0o666);
    chmodSync(place.path('child'), 0o666);
    const run = (command: string) => place.exec([...asNobody, '-p', 'sh app.sh', command]);
    await run('start');
    const child = Number(await waitForFile(place.path('child'), text => text.endsWith('\n')));
    await until(30, 'root', () => statusOf(child, 'Name') === 'sleep');
    const { status, stderr } = await run('stop');
    const reason = `it is not permitted to signal ${child} (sleep)`;
    assert.equal([status, stderr], [1, `zd: cannot stop sh: ${reason}\n`]);
    process.kill(child, 'SIGKILL');
  },
);

test.run();
