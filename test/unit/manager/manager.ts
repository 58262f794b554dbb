import * as assert from 'uvu/assert';
import { Manager, type ManagerParts } from '../../../src/manager/manager';
import { NodeParent } from '../../../src/manager/parent/node-parent';
import type { LaunchOrder } from '../../../src/protocol/launch-order';
import type { StartOutcome } from '../../../src/protocol/outcomes';
import type { LaunchSettings } from '../../../src/settings/settings';
import { FakeClock } from '../../helpers/fake-clock';
import { usualRules } from '../../helpers/lifecycle';
import { waitForEnd } from '../../helpers/processes';
import { sampleSettings } from '../../helpers/sample-order';
import { makeTemporaryFolder } from '../../helpers/temp';
import { until, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* A manager with real programs; everything around it is a stand-in. */

const test = suite('manager');

let clock: FakeClock;
let records: string[];
let left: number | null;
let manager: Manager;
let handOver: ManagerParts['handOver'];

test.before.each(() => {
  clock = new FakeClock();
  records = [];
  left = null;
});

test.after.each(async () => {
  const { pid } = manager.status();
  manager.exit();
  if (pid !== null) await waitForEnd(pid);
});

test('a start returns the pid, a second one that the program is running', async () => {
  make('exec sleep 60');
  const started = (await manager.start({})) as { outcome: string; pid: number };
  assert.is(started.outcome, 'started');
  assert.is(manager.status().pid, started.pid);
  assert.equal(await manager.start({}), { outcome: 'already', pid: started.pid });
});

test('two simultaneous starts return the same program', async () => {
  make('exec sleep 60', { startSeconds: 1 });
  const both = Promise.all([manager.start({}), manager.start({})]);
  clock.advance(1);
  const [first, second] = (await both) as { outcome: string; pid: number }[];
  assert.is(first?.pid, second?.pid);
  assert.is(manager.status().restarts, 0);
});

test('a stop returns when nothing is left, and every later start is refused', async () => {
  make('exec sleep 60');
  await manager.start({});
  assert.equal((await within(30, manager.stop(), 'the stop')).outcome, 'stopped');
  assert.is(left, 0);
  assert.equal(await manager.start({}), { outcome: 'cancelled' });
  assert.equal(await manager.restart({}), { outcome: 'cancelled' });
});

test('a patient start of a crashing program is cancelled by a stop', async () => {
  make('exit 3', { startSeconds: 1, forever: true });
  const patient = manager.start({ patient: true });
  await until(30, 'a delay', () => manager.status().state === 'backoff');
  assert.is((await within(30, manager.stop(), 'the stop')).outcome, 'stopped');
  assert.equal(await within(30, patient, 'the start'), { outcome: 'cancelled' });
});

test('a pending restart is cancelled when the manager is asked to exit', async () => {
  make('trap "" TERM; exec sleep 60');
  await manager.start({});
  const restarted = manager.restart({});
  manager.exit();
  assert.equal(await within(30, restarted, 'the restart'), { outcome: 'cancelled' });
  clock.advance(300);
  await until(30, 'the end', () => {
    clock.advance(1);
    return left !== null;
  });
});

test('a failed start reports how the program exited', async () => {
  make('exit 3', { startSeconds: 1 });
  const outcome = (await manager.start({})) as Extract<StartOutcome, { outcome: 'failed' }>;
  assert.is(outcome.outcome, 'failed');
  assert.ok(outcome.retry);
  assert.match(outcome.reason, /^it ended with exit status 3 after /);
});

test('during a handover, the manager starts nothing; if the handover fails, it continues', async () => {
  let refuse = (_error: Error) => {};
  handOver = () =>
    new Promise((_, reject) => {
      refuse = reject;
    });
  make('exec sleep 60');
  await manager.start({});
  clock.advance(100);
  const pid = manager.status().pid as number;
  const upgraded = manager.upgrade({ execPath: '/x', script: '/y' }).catch((error: Error) => error.message);
  process.kill(pid, 'SIGKILL');
  await until(30, 'the record of the exit', () => manager.status().lastExit !== null);
  assert.not(
    records.some(text => text.startsWith('pid ')),
    'no event is acted on',
  );
  refuse(new Error('no'));
  assert.is(await upgraded, 'no');
  await until(30, 'the next program', () => manager.status().pid !== pid && manager.status().pid !== null);
});

test('requests that arrive during a handover are there for the successor, in order', async () => {
  handOver = () => new Promise(() => {});
  make('exec sleep 60');
  await manager.start({});
  clock.advance(100);
  void manager.upgrade({ execPath: '/x', script: '/y' });
  void manager.restart({});
  void manager.stop();
  manager.leave('SIGTERM');
  assert.equal(manager.unanswered, ['restart', 'stop', 'exit']);
  manager.thaw();
});

test('a signal without a name reaches the program, and without a program none is sent', async () => {
  make('trap "" 15; exec sleep 60');
  assert.not(await manager.kill(15));
  await manager.start({});
  assert.ok(await manager.kill(0));
  assert.ok(await manager.kill(34));
  await manager.kill(1000).then(
    () => assert.unreachable(),
    error => assert.match(String(error), /EINVAL/),
  );
});

function make(command: string, rules: Partial<LaunchSettings> = {}): void {
  const order = {
    args: [],
    environment: {},
    startDirectory: '/',
    attached: true,
    firstStartMustHold: false,
    settings: {
      ...sampleSettings(),
      ...usualRules,
      program: ['/bin/sh', '-c', command],
      steps: null,
      startTestProgram: null,
      startTimeout: 300,
      directory: null,
      umask: 0o022,
      socketMode: 0o600,
      transcript: '/dev/null',
      ...rules,
    },
  } as unknown as LaunchOrder;
  const eventLog = { log: (_: string, text: string) => records.push(text), reopen: () => [], lost: () => 0 };
  const parts = {
    order,
    clock,
    eventLog,
    transcript: null,
    environment: { PATH: process.env.PATH },
    folders: ['/'],
    runAs: null,
    parent: new NodeParent(),
    keeper: () => null,
    saved: null,
    save: () => true,
    inFolder: <T>(use: (place: string) => T) => use(makeTemporaryFolder()),
    handOver: (...given: Parameters<ManagerParts['handOver']>) => handOver(...given),
    socketProblem: () => null,
    leave(status: number) {
      left = status;
    },
  };
  manager = new Manager(parts as unknown as ManagerParts);
}

test.run();
