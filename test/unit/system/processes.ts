import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { isSameBoot } from '../../../src/system/identity';
import {
  findMembers,
  findSessionsWritingTo,
  isAlive,
  isSameProcess,
  parseUptime,
  readBootId,
  readFromPs,
  readProcess,
} from '../../../src/system/processes';
import { commandLine } from '../../helpers/processes';
import { makeTemporaryFolder } from '../../helpers/temp';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('processes');
const linuxOnly = process.platform !== 'linux' && 'needs /proc';
const children: ChildProcess[] = [];

test.after.each(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

test('this process is alive and the same', () => {
  const facts = readProcess(process.pid);
  assert.ok(isAlive(facts));
  assert.is(facts.pid, process.pid);
  assert.ok(facts.startTime !== '');
  assert.ok(isSameProcess(process.pid, facts.startTime));
  assert.not(isSameProcess(process.pid, `${facts.startTime}0`));
});

test.skipIf(linuxOnly, 'a process with spaces and brackets in its name is read correctly', async () => {
  const folder = makeTemporaryFolder();
  for (const name of ['a) Z 1 (b', '((', ') ', 'a b c d']) {
    const file = join(folder, name);
    symlinkSync('/bin/sleep', file);
    const child = await start(file, ['60'], true);
    const facts = await until(30, `the process ${name}`, () => {
      const seen = readProcess(child.pid as number);
      return seen?.state === 'S' && seen;
    });
    assert.is(facts.group, child.pid);
    assert.match(facts.startTime, /^\d+$/);
  }
});

test('a process that has exited is neither alive nor the same', async () => {
  const child = await start('/bin/sleep', ['60'], true);
  const pid = child.pid as number;
  const { startTime } = readProcess(pid) as { startTime: string };
  assert.ok(isSameProcess(pid, startTime));
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.is(readProcess(pid), null);
  assert.not(isAlive(readProcess(pid)));
  assert.not(isSameProcess(pid, startTime));
  assert.not(hasMembers(pid));
});

test.skipIf(linuxOnly, 'a zombie is not alive, and neither is a session of zombies', async () => {
  // The job gets its own group; the shell executes a program that never reaps the job.
  const child = await start('/bin/sh', ['-c', 'setsid sleep 60 & echo $!; exec sleep 61'], true);
  const [text] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const pid = Number(text);
  await until(30, 'the group', () => readProcess(pid)?.group === pid);
  // Before the exec, the shell would reap the job.
  await until(30, 'the exec', () => commandLine(child.pid as number) === 'sleep 61');
  process.kill(pid, 'SIGKILL');
  await until(30, 'the zombie', () => readProcess(pid)?.state === 'Z');
  process.kill(-pid, 0);
  assert.not(isAlive(readProcess(pid)));
  assert.not(hasMembers(pid));
});

const threadless = spawnSync('python3', ['-c', 'import ctypes, threading']).status !== 0;
const noThreads = linuxOnly || (threadless && 'needs python3');

test.skipIf(
  noThreads,
  'a process whose first thread has exited is alive as long as another thread is',
  async () => {
    const script = `
import ctypes, os, threading
threading.Thread(target=os.read, args=(0, 1)).start()
os.write(1, b'ready')
ctypes.CDLL(None).pthread_exit(None)`;
    const child = spawn('python3', ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    const pid = child.pid as number;
    await until(30, 'the end of the first thread', () =>
      readFileSync(`/proc/${pid}/status`, 'utf8').includes('State:\tZ'),
    );
    const facts = readProcess(pid);
    assert.ok(isAlive(facts));
    assert.ok(isSameProcess(pid, facts.startTime));
    const exit = once(child, 'exit');
    child.stdin.end();
    await exit;
    assert.not(isAlive(readProcess(pid)));
  },
);

test('a session without its leader is alive as long as one member is', async () => {
  const child = await start('/bin/sh', ['-c', 'sleep 60 & echo $!'], true);
  const exit = once(child, 'exit');
  const [text] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  await exit;
  const group = child.pid as number;
  assert.ok(hasMembers(group));
  process.kill(Number(text), 'SIGKILL');
  await until(30, 'the end of the group', () => !hasMembers(group));
});

test('unused process ids', () => {
  for (const pid of [2 ** 22 + 1, 2 ** 31 - 1]) {
    assert.is(readProcess(pid), null);
    assert.not(hasMembers(pid));
  }
});

test('what ps does not show is unknown, not dead, as long as kill(2) finds it', () => {
  const silent = () => [];
  for (const pid of [process.pid, 1])
    assert.throws(
      () => readFromPs(pid, silent),
      (error: Error & { status: number }) =>
        error.status === 4 &&
        /^cannot tell whether process \d+ is still running: .*; mount \/proc, or end it$/.test(error.message),
    );
  assert.is(readFromPs(2 ** 31 - 1, silent), null);
  const line = ['Ss 1 Sat Nov 21 01:00:00 2026'];
  assert.is(readFromPs(process.pid, () => line)?.startTime, 'Sat Nov 21 01:00:00 2026');
});

test.skipIf(linuxOnly, 'a writer is known by its FIFO, not by the text of a path', async () => {
  const folder = makeTemporaryFolder();
  const fifo = join(folder, 'output');
  const self = process.geteuid?.() ?? 0;
  const writer = async (path: string) => {
    spawnSync('mkfifo', [path]);
    const child = await start('/bin/sh', ['-c', `exec sleep 60 <>${path} >&0`], true);
    await until(30, 'the writer', () => commandLine(child.pid as number) === 'sleep 60');
    return child.pid;
  };
  const pid = await writer(fifo);
  const find = (owner = self) => findSessionsWritingTo([fifo], owner).map(one => one.pid);
  assert.equal(find(), [pid]);
  assert.equal(find(self + 1), [], 'a FIFO of another user');
  renameSync(fifo, `${fifo}-kept`);
  assert.equal(find(), [], 'one that has another name now');
  const other = await writer(fifo);
  assert.equal(find(), [other], 'another one of that name');
  unlinkSync(fifo);
  assert.equal(find(), [other]);
  assert.equal(find(self + 1), [], 'a removed one of another user');
});

test.skipIf(linuxOnly, 'the boot has an id', () => {
  assert.match(readBootId(), /^[0-9a-f-]{36} pid:\[\d+\]( \d+)?$/);
  assert.is(readBootId(), readBootId());
});

test('pids mean nothing in another boot, another pid namespace, or one that has the number of an old one', () => {
  const here = 'boot pid:[1] 22';
  for (const same of [here, 'boot', 'boot pid:[1]', '']) assert.ok(isSameBoot(same, here), same);
  for (const other of ['other', 'other pid:[1] 22', 'boot pid:[2] 22', 'boot pid:[1] 23'])
    assert.not(isSameBoot(other, here), other);
  assert.ok(isSameBoot(here, 'boot pid:[1]'), 'its user may not be allowed to see the first process');
});

test('the time since the boot is told to the hundredth', () => {
  for (let hundredths = 0; hundredths < 300_000; hundredths += 7) {
    const text = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')} 12.34\n`;
    assert.is(parseUptime(text), hundredths);
  }
});

function hasMembers(session: number): boolean {
  return findMembers(new Set([session])).length > 0;
}

async function start(file: string, args: string[], detached: boolean): Promise<ChildProcess> {
  const child = spawn(file, args, { detached, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child, 'spawn');
  return child;
}

test.run();
