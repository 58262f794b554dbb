import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { NodeParent } from '../../../../../src/manager/parent/node-parent';
import type { SpawnListener, SpawnRequest } from '../../../../../src/manager/parent/parent';
import { NewsFifo } from '../../../../../src/manager/readiness/signs/news-fifo';
import { NotifyListener, nameNotifySocket } from '../../../../../src/manager/readiness/signs/notify';
import { systemClock } from '../../../../../src/system/clock';
import { fixture } from '../../../../helpers/cli';
import { isAlive } from '../../../../helpers/processes';
import { makeTemporaryFolder } from '../../../../helpers/temp';
import { until, within } from '../../../../helpers/within';
import { suite } from '../../../../runner/guard';

const test = suite('what a program says of itself');
const perlMissing = spawnSync('perl', ['-e', '1']).status !== 0 && 'perl is missing';

/** A parent that notes what it has spawned. */
class NotingParent extends NodeParent {
  pid = 0;

  override spawn(request: SpawnRequest, listener: SpawnListener): void {
    const spawned = (pid: number) => {
      this.pid = pid;
      listener.spawned(pid);
    };
    super.spawn(request, { ...listener, spawned });
  }
}

function makeListener(folder: string) {
  const parent = new NotingParent();
  const lines: string[] = [];
  let lost = 0;
  const listener = new NotifyListener({
    parent,
    clock: systemClock,
    folder,
    insecure: false,
    heard: line => lines.push(line),
    lost: () => {
      lost += 1;
    },
  });
  return { parent, lines, listener, lost: () => lost };
}

function begin(listener: NotifyListener): Promise<string | null> {
  return within(20, new Promise(resolve => listener.begin(resolve)), 'the listener');
}

function send(folder: string, ...words: string[]) {
  const env = { ...process.env, NOTIFY_SOCKET: nameNotifySocket(folder) };
  return spawn('perl', [fixture('notify.pl'), ...words], { env, stdio: 'ignore' });
}

test.skipIf(perlMissing, 'the lines that matter are passed on', async () => {
  const folder = makeTemporaryFolder();
  const { listener, lines, parent } = makeListener(folder);
  assert.is(await begin(listener), null);
  assert.is(await begin(listener), null);
  const sender = send(folder, 'MAINPID=1\\nREADY=1\\nSTATUS=up, über', 'X=1', 'WATCHDOG=1', 'STOPPING=1');
  await until(20, 'the lines', () => lines.length === 4);
  assert.equal(lines, ['READY=1', 'STATUS=up, über', 'WATCHDOG=1', 'STOPPING=1']);
  sender.kill('SIGKILL');
  listener.end();
  await until(20, 'its end', () => !isAlive(parent.pid));
  assert.not.ok(existsSync(nameNotifySocket(folder)));
});

test.skipIf(
  perlMissing,
  'another manager continues with the listener; what was said meanwhile waits',
  async () => {
    const folder = makeTemporaryFolder();
    const first = makeListener(folder);
    assert.is(await begin(first.listener), null);
    // The keeper holds the FIFO.
    const held = new NewsFifo(join(folder, 'unused'), false, () => {});
    const sender = send(folder, 'READY=1');
    await until(20, 'the line', () => first.lines.length === 1);
    const second = makeListener(folder);
    first.listener.release();
    assert.is(await begin(second.listener), null);
    assert.is(second.parent.pid, 0);
    const again = send(folder, 'STATUS=again');
    await until(20, 'the line', () => second.lines.includes('STATUS=again'));
    for (const one of [sender, again]) one.kill('SIGKILL');
    second.listener.end();
    held.close();
    await until(20, 'its end', () => !isAlive(first.parent.pid));
  },
);

test.skipIf(perlMissing, 'a listener that was killed is noticed, and another one can begin', async () => {
  const folder = makeTemporaryFolder();
  const { listener, parent, lines, lost } = makeListener(folder);
  assert.is(await begin(listener), null);
  process.kill(parent.pid, 'SIGKILL');
  await until(20, 'the news', () => lost() === 1);
  assert.is(await begin(listener), null);
  const sender = send(folder, 'READY=1');
  await until(20, 'the line', () => lines.length === 1);
  sender.kill('SIGKILL');
  listener.end();
  await until(20, 'its end', () => !isAlive(parent.pid));
});

test.skipIf(
  perlMissing,
  'a listener removes its socket, and nothing in a folder that took the place',
  async () => {
    const folder = makeTemporaryFolder();
    const [place, other] = [join(folder, 'state'), join(folder, 'other')];
    mkdirSync(place);
    const { listener, parent } = makeListener(place);
    assert.is(await begin(listener), null);
    assert.ok(existsSync(nameNotifySocket(place)));
    renameSync(place, other);
    mkdirSync(place);
    writeFileSync(nameNotifySocket(place), '');
    listener.end();
    await until(20, 'its end', () => !isAlive(parent.pid));
    assert.not.ok(existsSync(nameNotifySocket(other)));
    assert.ok(existsSync(nameNotifySocket(place)));
  },
);

test.skipIf(perlMissing, 'a path that is too long for a socket is refused', async () => {
  const folder = makeTemporaryFolder();
  const { listener } = makeListener(folder);
  listener.release();
  const deep = `${folder}/${'x'.repeat(100)}`;
  spawnSync('mkdir', [deep]);
  const long = makeListener(deep);
  assert.match((await begin(long.listener)) ?? '', /has \d+ bytes, but the system's limit is \d+$/);
  long.listener.release();
});

test('a FIFO of news is read as it comes, and what was written before can be thrown away', async () => {
  const path = join(makeTemporaryFolder(), 'news');
  let heard = '';
  const fifo = new NewsFifo(path, false, bytes => {
    heard += bytes.toString();
  });
  writeFileSync(path, 'one\n', { flag: 'a' });
  await until(20, 'the line', () => heard === 'one\n');
  writeFileSync(path, 'two\n', { flag: 'a' });
  fifo.empty();
  writeFileSync(path, 'three\n', { flag: 'a' });
  await until(20, 'the line', () => heard.endsWith('three\n'));
  assert.is(heard, 'one\nthree\n');
  fifo.close();
});

test.run();
