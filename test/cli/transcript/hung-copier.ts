import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, statusOf } from '../../helpers/cli';
import { commandLine, isAlive, keeperOf, spawnedBy } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* The log's storage may hang, or the copier may be suspended: program and supervision go on. */

const test = suite('a hung copier');
const noPerl = spawnSync('perl', ['-v']).status !== 0;
const reason = (noPerl || process.platform !== 'linux') && 'needs perl and /proc';
test.after.each(clearPlaces);

async function start(): Promise<{ place: Place; pid: number; copier: number }> {
  const place = makePlace();
  place.write('app.sh', 'echo first; trap "echo last; exit 1" TERM; while :; do sleep 0.02; done');
  place.configure({ program: 'sh app.sh', transcript: 'log' });
  await place.zd('-C app.conf start');
  await waitForFile(place.path('log'), text => text === 'first\n');
  const { pid, managerPid } = await place.report();
  assert.ok(keeperOf(managerPid));
  const copier = await until(30, 'the copier', () =>
    spawnedBy(managerPid).find(one => commandLine(one).startsWith('zd: copies to')),
  );
  return { place, pid: pid ?? 0, copier };
}

const PTRACE = { x64: 101, arm64: 117 }[process.arch as string];
const noTrace = reason || (PTRACE === undefined && 'the number of ptrace(2) is unknown');

/** Stops it as a debugger does, so that SIGCONT has no effect. @returns a function that lets it go on */
async function hang(pid: number): Promise<() => void> {
  const script = `syscall(${PTRACE}, 0x4206, $ARGV[0] + 0, 0, 0) == 0 && syscall(${PTRACE}, 0x4207, $ARGV[0] + 0, 0, 0) == 0 or exit 1; sleep 1000`;
  const tracer = spawn('perl', ['-e', script, String(pid)], { stdio: 'ignore' });
  tracers.push(tracer);
  await until(30, 'the stop of the copier', () => statusOf(pid, 'State').startsWith('t'));
  return () => tracer.kill('SIGKILL');
}

const tracers: ChildProcess[] = [];
test.after.each(() => {
  for (const tracer of tracers.splice(0)) tracer.kill('SIGKILL');
});

const restarted = (place: Place, pid: number) =>
  until(30, 'the next run', async () => {
    const report = await place.report();
    return report.state === 'running' && report.pid !== pid;
  });

test.skipIf(reason, 'one that was suspended is continued, and loses no line', async () => {
  const { place, pid, copier } = await start();
  process.kill(copier, 'SIGSTOP');
  process.kill(pid, 'SIGTERM');
  await restarted(place, pid);
  await waitForFile(place.path('log'), text => text === 'first\nlast\nfirst\n');
  process.kill(copier, 'SIGSTOP');
  renameSync(place.path('log'), place.path('log.1'));
  assert.is((await place.zd('-C app.conf reopen_transcript')).status, 0);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.equal([place.read('log.1'), place.read('log')], ['first\nlast\nfirst\n', 'last\n']);
});

test.skipIf(
  reason,
  'while it hangs, the program is restarted and stopped; its output follows later',
  async () => {
    const { place, pid, copier } = await start();
    const release = await hang(copier);
    process.kill(pid, 'SIGTERM');
    await restarted(place, pid);
    assert.is((await place.zd('-C app.conf restart')).status, 0);
    assert.is((await place.zd('-C app.conf stop')).status, 0);
    assert.ok(isAlive(copier));
    release();
    await waitForFile(place.path('log'), text => text.startsWith('first\nlast\nfirst\n'));
  },
);

test.skipIf(
  noTrace,
  'while it hangs, a new manager supervises the program; the output follows in order',
  async () => {
    const { place, pid, copier } = await start();
    const release = await hang(copier);
    for (const round of [1, 2]) {
      const { managerPid } = await place.report();
      process.kill(managerPid, 'SIGKILL');
      await until(30, `manager ${round}`, async () => (await place.report()).managerPid !== managerPid);
    }
    assert.is((await place.report()).pid, pid);
    process.kill(pid, 'SIGTERM');
    await restarted(place, pid);
    assert.is(place.read('log'), 'first\n');
    release();
    await waitForFile(place.path('log'), text => text === 'first\nlast\nfirst\n');
    assert.is((await place.zd('-C app.conf stop')).status, 0);
    assert.is(place.read('log'), 'first\nlast\nfirst\nlast\n');
  },
);

test.skipIf(noTrace, 'while it hangs, a reopen fails and says why; afterwards it succeeds', async () => {
  const { place, copier } = await start();
  const release = await hang(copier);
  renameSync(place.path('log'), place.path('log.1'));
  const { status, stderr } = await place.zd('-C app.conf reopen_transcript');
  assert.is(status, 1);
  assert.match(stderr, 'the process that copies the output does not answer');
  release();
  await until(30, 'a reopen', async () => (await place.zd('-C app.conf reopen_transcript')).status === 0);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.equal([place.read('log.1'), place.read('log')], ['first\n', 'last\n']);
});

test.run();
