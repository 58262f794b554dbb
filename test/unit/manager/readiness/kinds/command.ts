import { mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { NodeParent } from '../../../../../src/manager/parent/node-parent';
import type { SpawnListener, SpawnRequest } from '../../../../../src/manager/parent/parent';
import { type CommandParts, tryCommand } from '../../../../../src/manager/readiness/kinds/command';
import { tryFile } from '../../../../../src/manager/readiness/kinds/file';
import type { Answer } from '../../../../../src/manager/readiness/kinds/try';
import { groupIsAlive, isAlive } from '../../../../helpers/processes';
import { makeTemporaryFolder } from '../../../../helpers/temp';
import { until } from '../../../../helpers/within';
import { suite } from '../../../../runner/guard';

const test = suite('probes of commands and files');

/** A parent that notes what it has spawned. */
class NotingParent extends NodeParent {
  pid = 0;

  override spawn(request: SpawnRequest, listener: SpawnListener): void {
    super.spawn(request, {
      ...listener,
      spawned: pid => {
        this.pid = pid;
        listener.spawned(pid);
      },
    });
  }
}

function run(script: string, more: Partial<CommandParts> = {}) {
  const parent = new NotingParent();
  const heard: Answer[] = [];
  const end = tryCommand(['sh', '-c', script], {
    parent,
    prepare: args => ({ file: '/bin/sh', args, environment: {}, directory: '/', umask: 0o022 }),
    openOutput: () => ({ descriptors: ['null', 'same', 'same'], close() {} }),
    ...more,
  })(answer => heard.push(answer));
  return { parent, heard, end };
}

test('a command holds when it exits with 0', async () => {
  const good = run('exit 0');
  await until(30, 'the answer', () => good.heard.length === 1);
  assert.equal(good.heard, [null]);
  const bad = run('exit 3');
  await until(30, 'the answer', () => bad.heard.length === 1);
  assert.equal(bad.heard, [{ says: 'exit status 3' }]);
  const killed = run('kill -9 $$');
  await until(30, 'the answer', () => killed.heard.length === 1);
  assert.equal(killed.heard, [{ says: 'terminated by SIGKILL' }]);
});

test('when a try is ended, its whole group is killed, and nothing is said', async () => {
  const { parent, heard, end } = run('sleep 60 & sleep 60');
  await until(30, 'the start', () => parent.pid > 0);
  end();
  await until(30, 'the end of the group', () => !groupIsAlive(parent.pid));
  assert.equal(heard, []);
});

test('what a command leaves behind ends with it', async () => {
  const pidFile = join(makeTemporaryFolder(), 'pid');
  const { parent, heard } = run(`sleep 60 & echo $! >${pidFile}`);
  await until(30, 'the answer', () => heard.length === 1);
  const left = Number(readFileSync(pidFile, 'utf8'));
  await until(30, 'the end of the group', () => !groupIsAlive(parent.pid) && !isAlive(left));
});

test('a command that cannot be run is in trouble', async () => {
  const lost = run('', { prepare: () => ({ reason: `can't stat program './x'` }) });
  assert.equal(lost.heard, [{ says: `cannot be run: can't stat program './x'`, isTrouble: true }]);
  const missing = run('', {
    prepare: args => ({ file: '/no/such/file', args, environment: {}, directory: '/', umask: 0 }),
  });
  await until(30, 'the answer', () => missing.heard.length === 1);
  assert.equal(missing.heard, [{ says: 'cannot be run: no such file or directory', isTrouble: true }]);
  const without = run('', {
    openOutput: () => {
      throw new Error('no descriptor');
    },
  });
  assert.equal(without.heard, [{ says: 'cannot be run: no descriptor', isTrouble: true }]);
});

function ask(path: string, begunAt: number | null): string | null {
  let answer: Answer | undefined;
  tryFile(
    path,
    () => begunAt,
  )(found => {
    answer = found;
  });
  return answer === undefined ? 'no answer' : (answer?.says ?? null);
}

test('a file holds when it was made or changed since the start', () => {
  const folder = makeTemporaryFolder();
  const path = join(folder, 'ready');
  const now = Date.now() / 1000;
  assert.is(ask(path, now), 'it does not exist');
  assert.is(ask(path, null), 'it does not exist');
  writeFileSync(path, '');
  assert.is(ask(path, now), null);
  assert.is(ask(path, null), null);
  assert.is(ask(path, now + 60), 'it is older than this start');
  // A file that was written long ago, and moved there now.
  writeFileSync(join(folder, 'old'), '');
  utimesSync(join(folder, 'old'), 1000, 1000);
  renameSync(join(folder, 'old'), path);
  assert.is(ask(path, now), null);
  mkdirSync(join(folder, 'folder'));
  assert.is(ask(join(folder, 'folder'), now), null);
  assert.is(ask(join(path, 'below'), now), 'not a directory');
});

test.run();
