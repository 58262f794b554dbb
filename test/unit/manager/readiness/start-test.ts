import * as assert from 'uvu/assert';
import { NodeParent } from '../../../../src/manager/parent/node-parent';
import type { SpawnListener, SpawnRequest } from '../../../../src/manager/parent/parent';
import { runStartTest, type StartTestOrder } from '../../../../src/manager/readiness/start-test';
import { KINDS } from '../../../../src/protocol/keeper/wire';
import { FakeClock } from '../../../helpers/fake-clock';
import { groupIsAlive } from '../../../helpers/processes';
import { until } from '../../../helpers/within';
import { suite } from '../../../runner/guard';

/* The rules are zdaemon's. */

const test = suite('start test');

function makeCommand(file: string, command: string): StartTestOrder['command'] {
  const place = { directory: null, umask: process.umask(), ownSession: true };
  return { kind: KINDS.helper, file, args: ['sh', '-c', command], environment: {}, ...place };
}

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

function run(command: string, more: Partial<StartTestOrder> = {}) {
  const clock = new FakeClock();
  const parent = new NotingParent();
  const heard: (string | null)[] = [];
  const end = runStartTest(
    {
      parent,
      command: makeCommand('/bin/sh', command),
      openOutput: () => ({ descriptors: ['null', 'same', 'same'], close() {} }),
      limit: 300,
      passed: trouble => heard.push(trouble === null ? 'passed' : `trouble: ${trouble}`),
      failed: isLate => heard.push(isLate ? 'too late' : 'failed'),
      ...more,
    },
    clock,
  );
  return { clock, heard, end, parent };
}

test('exit status 0 is passed, once', async () => {
  const { clock, heard } = run('exit 0');
  await until(30, 'the callback', () => heard.length === 1);
  assert.equal(heard, ['passed']);
  assert.is(clock.pending, 0);
});

test('any other exit is followed by another try a second later', async () => {
  const { clock, heard, end } = run('exit 3');
  for (let tries = 1; tries <= 3; tries++) {
    await until(30, 'the end of a try', () => heard.length === tries);
    clock.advance(0.9);
    assert.is(heard.length, tries);
    clock.advance(0.2);
  }
  end();
  await until(30, 'quiet', () => clock.pending === 0);
});

test('a try that takes too long is killed with its group and counts as failed', async () => {
  const { clock, heard, end, parent } = run('sleep 60', { limit: 7 });
  for (let tries = 1; tries <= 2; tries++) {
    clock.advance(7);
    await until(30, 'the failure', () => heard.length === tries);
    assert.is(heard.at(-1), 'too late');
    const { pid } = parent;
    await until(30, 'the end of the group', () => !groupIsAlive(pid));
    clock.advance(1);
    await until(30, 'the next try', () => parent.pid !== pid);
  }
  end();
});

test('a test that cannot be run counts as passed, and the reason is reported', async () => {
  const missing = run('', { command: makeCommand('/no/such/file', '') });
  await until(30, 'the callback', () => missing.heard.length === 1);
  assert.equal(missing.heard, ['trouble: no such file or directory']);
  const thrown = run('', {
    openOutput: () => {
      throw new Error('no descriptor');
    },
  });
  assert.equal(thrown.heard, ['trouble: no descriptor']);
});

test('after it was ended, no callback is called and nothing runs', async () => {
  const { clock, heard, end, parent } = run('sleep 60');
  end();
  await until(30, 'the end of the try', () => parent.pid > 0 && !groupIsAlive(parent.pid));
  clock.advance(100);
  end();
  assert.equal(heard, []);
});

test.run();
