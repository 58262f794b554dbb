import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { findSessionMembers } from '../../../src/state/sessions';
import { readProcess, readTicks } from '../../../src/system/processes';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('sessions');
const linuxOnly = process.platform !== 'linux' && 'needs /proc';
const members: number[] = [];
test.after.each(() => {
  for (const pid of members.splice(0)) process.kill(pid, 'SIGKILL');
});

test.skipIf(linuxOnly, 'a session is believed if a member is as old as the knowledge of it', async () => {
  const folder = makeTemporaryFolder();
  const { session, member } = await leaveMember('ignore');
  const began = Number(readProcess(member)?.startTime);
  const find = (since: number | null | undefined) =>
    findSessionMembers(new Map([[session, since]]), folder).map(({ pid }) => pid);
  for (const since of [began, began + 1, readTicks(), null, undefined]) assert.equal(find(since), [member]);
  assert.equal(find(began - 1), []);
});

test.skipIf(linuxOnly, 'a younger session is believed if a member writes to the output', async () => {
  const folder = makeTemporaryFolder();
  for (const name of ['output', 'errors']) {
    const fifo = join(folder, name);
    spawnSync('mkfifo', [fifo]);
    const fd = openSync(fifo, constants.O_RDWR);
    const { session, member } = await leaveMember(fd);
    closeSync(fd);
    const find = (where: string) => findSessionMembers(new Map([[session, 1]]), where).map(({ pid }) => pid);
    assert.equal(find(folder), [member]);
    assert.equal(find(makeTemporaryFolder()), []);
  }
});

test.skipIf(linuxOnly, 'a session with a living leader is another one of the same number', async () => {
  const leader = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  await once(leader, 'spawn');
  members.push(leader.pid as number);
  assert.equal(findSessionMembers(new Map([[leader.pid as number, null]]), '/'), []);
});

test('without sessions nothing is found', () => {
  assert.equal(findSessionMembers(new Map(), '/'), []);
});

/** Begins a session whose leader exits, and has one member. */
async function leaveMember(errors: number | 'ignore'): Promise<{ session: number; member: number }> {
  const leader = spawn('sh', ['-c', 'sleep 60 >&2 & echo $!'], {
    detached: true,
    stdio: ['ignore', 'pipe', errors],
  });
  const exit = once(leader, 'exit');
  const [text] = (await once(leader.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  await exit;
  members.push(Number(text));
  return { session: leader.pid as number, member: Number(text) };
}

test.run();
