import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import {
  childrenOf,
  commandLine,
  groupIsAlive,
  isAlive,
  openDescriptors,
  waitForEnd,
} from '../../helpers/processes';
import { makeTemporaryFolder } from '../../helpers/temp';
import { until, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('folders and processes');

test('a temporary folder is private and short enough for a socket', () => {
  const folder = makeTemporaryFolder();
  assert.ok(Buffer.byteLength(join(folder, 'a-name-of-thirty-two-bytes.socket')) < 107);
  assert.is(statSync(folder).mode & 0o777, 0o700);
  assert.is.not(folder, makeTemporaryFolder());
});

test('a child is alive until it ends, and a zombie is dead', async () => {
  const child = spawn('sh', ['-c', 'sleep 600 & echo $!; read line; kill $!; exec sleep 600'], {
    detached: true,
  });
  const pid = child.pid ?? 0;
  const inner = await within(30, new Promise(resolve => child.stdout.once('data', resolve)), 'the inner pid');
  assert.ok(isAlive(pid) && groupIsAlive(pid));
  assert.equal(childrenOf(pid), [Number(inner)]);
  assert.ok(childrenOf(process.pid).includes(pid));
  assert.match(openDescriptors(pid).get(1) ?? '', /^socket:/);

  // The second sleep never waits for the first, which so becomes a zombie.
  child.stdin.end('\n');
  await waitForEnd(Number(inner));
  await until(30, 'the exec', () => commandLine(pid) === 'sleep 600');
  assert.ok(groupIsAlive(pid));
  process.kill(pid, 'SIGKILL');
  await waitForEnd(pid);
  assert.not(groupIsAlive(pid));
  assert.not(isAlive(2 ** 22 + 1));
});

test.run();
