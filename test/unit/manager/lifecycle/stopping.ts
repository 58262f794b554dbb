import * as assert from 'uvu/assert';
import { byCode, bySignal, Life } from '../../../helpers/lifecycle';
import { suite } from '../../../runner/guard';

/* The rules are zdaemon's, except that the process group is ended too. */

const test = suite('lifecycle: stopping');

test('a stop is SIGTERM, the exit of the program, the end of its group, and only then the report', () => {
  const life = new Life().up();
  assert.equal(life.send({ name: 'stop' }), ['dismiss', 'disarm', 'arm 300', 'signal 15']);
  assert.is(life.state.name, 'stopping');
  life.now += 2;
  assert.equal(life.send({ name: 'exited', ending: bySignal(15) }), [
    'logEnding',
    'disarm',
    'arm 298',
    'sweep',
  ]);
  assert.is(life.state.name, 'sweeping');
  assert.equal(life.send({ name: 'groupGone' }), [
    'disarm',
    'info: Exiting',
    'reportStopped',
    'reportStartCancelled',
    'leave 0',
  ]);
  assert.is(life.state.name, 'gone');
});

test('a program that ignores SIGTERM gets SIGKILL at stop-timeout, its group after a separate grace period', () => {
  const life = new Life({ stopTimeout: 20 }).up();
  life.send({ name: 'stop' });
  assert.equal(life.toDeadline(), ['disarm', `warn: sending SIGKILL to pid ${life.state.pid}`, 'kill']);
  assert.is(life.now, 120);
  life.send({ name: 'exited', ending: bySignal(9) });
  assert.equal(life.toDeadline(), ['disarm', 'killGroup']);
  assert.is(life.now, 125);
  assert.is(life.state.name, 'sweeping');
  assert.is(life.send({ name: 'groupGone' }).at(-1), 'leave 0');
});

test('leftovers have the rest of stop-timeout, but at least 5 seconds, unless stop-timeout is shorter', () => {
  for (const [stopTimeout, after, rest] of [
    [60, 0, 60],
    [60, 8, 52],
    [60, 58, 5],
    [2, 1, 2],
  ] as const)
    for (const name of ['stop', 'restart'] as const) {
      const life = new Life({ stopTimeout }).up();
      life.send({ name });
      life.now += after;
      assert.ok(life.send({ name: 'exited', ending: byCode(0) }).includes(`arm ${rest}`), `${stopTimeout}`);
    }
});

test('a stop without a program grants leftovers the whole stop-timeout', () => {
  const life = new Life({ stopTimeout: 60, hangAround: true });
  assert.equal(life.send({ name: 'stop' }), ['disarm', 'arm 60', 'sweep']);
});

test('a SIGTERM that cannot be sent is an answer to the stop, and every later request tries again', () => {
  const refused = { name: 'refused', reason: 'not permitted' } as const;
  const life = new Life().up();
  life.send({ name: 'stop' });
  assert.equal(life.send(refused), ['disarm', 'reportStopFailed']);
  assert.equal([life.state.name, life.state.deadline], ['stopping', null]);
  assert.equal(life.send({ name: 'stop' }), ['dismiss', 'disarm', 'arm 300', 'signal 15']);
  assert.equal(life.send(refused), ['disarm', 'reportStopFailed']);
  assert.equal(life.send({ name: 'restart' }), ['dismiss', 'disarm', 'arm 300', 'signal 15']);
  assert.equal(life.send(refused), ['disarm', 'reportStartFailed', 'attend']);
  assert.is(life.state.name, 'resumed');
  assert.equal(life.send({ name: 'restart' }), ['dismiss', 'disarm', 'arm 300', 'signal 15']);
  life.send(refused);
  assert.equal(life.send({ name: 'exited', ending: byCode(0) }), ['logEnding', 'dismiss', 'spawn']);
});

test('a SIGKILL that cannot be sent is an answer, too', () => {
  for (const name of ['stop', 'restart'] as const) {
    const life = new Life().up();
    life.send({ name });
    life.toDeadline();
    const [, answer] = life.send({ name: 'refused', reason: 'not permitted' });
    assert.is(answer, name === 'stop' ? 'reportStopFailed' : 'reportStartFailed');
  }
});

test('with stop-timeout 0 SIGKILL is never sent, to the program or its group', () => {
  const life = new Life({ stopTimeout: 0 }).up();
  assert.equal(life.send({ name: 'stop' }), ['dismiss', 'disarm', 'signal 15']);
  assert.is(life.state.deadline, null);
  assert.equal(life.send({ name: 'exited', ending: byCode(0) }), ['logEnding', 'disarm', 'sweep']);
  assert.is(life.state.deadline, null);
});

test('an exit while stopping is not a crash and not compared with exit-codes', () => {
  for (const ending of [byCode(0), byCode(1), bySignal(9)]) {
    const life = new Life({ backoffLimit: 1, exitCodes: [1] }).up();
    life.send({ name: 'stop' });
    life.send({ name: 'exited', ending });
    assert.is(life.send({ name: 'groupGone' }).at(-1), 'leave 0');
  }
});

test('a second stop repeats SIGTERM and does not move the deadline', () => {
  const life = new Life().up();
  life.send({ name: 'stop' });
  life.now += 100;
  assert.equal(life.send({ name: 'stop' }), ['signal 15']);
  assert.is(life.state.deadline, 400);
});

test('a restart is a stop followed by a start without delay', () => {
  const life = new Life({ stopTimeout: 7 }).up();
  life.state = { ...life.state, backoff: 3 };
  assert.equal(life.send({ name: 'restart' }), ['dismiss', 'disarm', 'arm 7', 'signal 15']);
  life.send({ name: 'exited', ending: byCode(1) });
  assert.equal(life.send({ name: 'groupGone' }), ['disarm', 'spawn']);
  assert.is(life.state.backoff, 0);
  assert.is(life.state.name, 'starting');
});

test('a start cancels a stop: the exit caused by its SIGTERM is followed by an immediate start', () => {
  const life = new Life().up();
  life.send({ name: 'stop' });
  assert.equal(life.send({ name: 'start' }), ['disarm', 'attend', 'reportStopCancelled', 'reportStarted']);
  assert.is(life.state.name, 'resumed');
  assert.is(life.state.wanted, 'up');
  assert.is(life.state.deadline, null);
  for (const ending of [byCode(0), byCode(1), bySignal(15)]) {
    const copy = new Life();
    copy.state = life.state;
    assert.equal(copy.send({ name: 'exited', ending }), ['logEnding', 'dismiss', 'spawn']);
  }
  assert.ok(life.send({ name: 'stop' }).includes('signal 15'));
  assert.is(life.state.name, 'stopping');
});

test('a manager with hang-around is idle after a stop', () => {
  const life = new Life({ hangAround: true }).up();
  life.send({ name: 'stop' });
  life.send({ name: 'exited', ending: byCode(0) });
  assert.equal(life.send({ name: 'groupGone' }), ['disarm', 'reportStopped']);
  assert.is(life.state.name, 'idle');
  assert.is(life.state.wanted, 'down');
});

test('asked to exit, it exits with that status, even with hang-around', () => {
  const life = new Life({ hangAround: true }).up();
  life.send({ name: 'leave', status: 1 });
  life.send({ name: 'exited', ending: byCode(0) });
  assert.is(life.send({ name: 'groupGone' }).at(-1), 'leave 1');
});

test('a start during the sweep waits for its end', () => {
  const life = new Life().up();
  life.send({ name: 'stop' });
  life.send({ name: 'exited', ending: byCode(0) });
  assert.equal(life.send({ name: 'start' }), ['reportStopCancelled']);
  assert.equal(life.send({ name: 'groupGone' }), ['disarm', 'spawn']);
});

test('a stop cancels a start that is not yet proven, and answers its waiting requests', () => {
  const life = new Life({ startSeconds: 1, hasReadiness: true }).up();
  assert.equal(life.send({ name: 'stop' }), [
    'dismiss',
    'disarm',
    'reportStartCancelled',
    'arm 300',
    'signal 15',
  ]);
});

test('a stop in backoff cancels the next attempt for good', () => {
  const life = new Life().up();
  life.send({ name: 'exited', ending: byCode(1) });
  assert.equal(life.send({ name: 'stop' }), [
    'dismiss',
    'reportStartCancelled',
    'disarm',
    'arm 300',
    'sweep',
  ]);
  assert.is(life.send({ name: 'groupGone' }).at(-1), 'leave 0');
});

test.run();
