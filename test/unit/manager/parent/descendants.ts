import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as assert from 'uvu/assert';
import { findDescendants } from '../../../../src/manager/parent/descendants';
import { readTicks } from '../../../../src/system/processes';
import { suite } from '../../../runner/guard';

const test = suite('descendants');
const linuxOnly = process.platform !== 'linux' && 'needs /proc';
const children: ChildProcess[] = [];
test.after.each(() => {
  for (const child of children.splice(0)) process.kill(-(child.pid as number), 'SIGKILL');
});

test.skipIf(
  linuxOnly,
  'what the manager has spawned is not left behind, nor is what it may have',
  async () => {
    const since = readTicks() as number;
    const pid = await begin('exec sleep 60');
    const isFound = (known: number[], spawnedSince: number) =>
      findDescendants(process.pid, known, spawnedSince).some(one => one.pid === pid);
    assert.ok(isFound([], Number.POSITIVE_INFINITY));
    assert.not(isFound([pid], Number.POSITIVE_INFINITY));
    // A spawn that the keeper has not answered yet: a sweep at this moment would kill it.
    assert.not(isFound([], since));
    // Such a process is not older than the spawn.
    assert.ok(isFound([], since + 1_000_000));
  },
);

test.skipIf(linuxOnly, 'a child is found with its own children, each after its parent', async () => {
  const pid = await begin('sleep 61 & wait');
  const found = findDescendants(process.pid, [], Number.POSITIVE_INFINITY).map(one => one.pid);
  const inner = findDescendants(pid, [], 0).length;
  assert.is(inner, 0, 'what began with or after an unanswered spawn may be it');
  const [child] = findDescendants(pid, [], Number.POSITIVE_INFINITY);
  assert.ok(child);
  assert.ok(found.indexOf(pid) >= 0 && found.indexOf(pid) < found.indexOf(child.pid));
});

/** Runs a script in a group of its own, and resolves when its first process has begun. */
async function begin(script: string): Promise<number> {
  const text = script.replace('&', '& echo up;');
  const child = spawn('sh', ['-c', text], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  children.push(child);
  await (script.includes('&') ? once(child.stdout, 'data') : once(child, 'spawn'));
  return child.pid as number;
}

test.run();
