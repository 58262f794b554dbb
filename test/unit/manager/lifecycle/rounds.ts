import * as assert from 'uvu/assert';
import { byCode, bySignal, Life } from '../../../helpers/lifecycle';
import { suite } from '../../../runner/guard';

const test = suite('lifecycle: schedules and steps');

test('run-every begins the next run so long after the end of the last one, whatever its status', () => {
  const life = new Life({ runEvery: 60 }).up();
  for (const ending of [byCode(0), byCode(2), bySignal(9)]) {
    life.now += 5;
    life.send({ name: 'exited', ending });
    assert.is(life.state.name, 'waiting');
    assert.is(life.state.deadline, life.now + 60);
    assert.equal(life.toDeadline(), ['disarm', 'spawn']);
    life.send({ name: 'spawned', pid: 99 });
  }
  assert.is(life.state.crashes, 2);
});

test('with run-at a start only sets the schedule, and each end asks for the next time', () => {
  const life = new Life({ runAt: '0 3 * * *' });
  assert.equal(life.send({ name: 'start' }), ['schedule']);
  assert.equal(life.send({ name: 'scheduled', at: 500 }), ['arm 400', 'reportScheduled']);
  assert.equal(life.toDeadline(), ['disarm', 'spawn']);
  const effects = life.run(3, byCode(1));
  assert.is(effects.at(-1), 'schedule');
  assert.is(life.state.name, 'waiting');
});

test('run-now does not wait, and begins nothing beside a run', () => {
  const life = new Life({ runEvery: 60 }).up();
  assert.equal(life.send({ name: 'runNow' }), []);
  life.send({ name: 'exited', ending: byCode(0) });
  assert.equal(life.send({ name: 'runNow' }), ['disarm', 'spawn']);
});

test('steps run one after another, and the round ends with the status of the first that failed', () => {
  const life = new Life({ steps: 3, stepFailure: 'go-on', stepPause: 2 }).up();
  life.send({ name: 'exited', ending: byCode(0) });
  assert.is(life.state.step, 1);
  assert.is(life.state.deadline, life.now + 2);
  life.toDeadline();
  life.run(1, byCode(7));
  life.toDeadline();
  const last = life.run(1, byCode(9));
  assert.is(last.at(-1), 'leave 7');
  assert.is(life.state.outcome, 'ended');
});

test('a step that fails ends the round, which a schedule begins anew', () => {
  const life = new Life({ steps: 3, runEvery: 10 }).up();
  life.send({ name: 'exited', ending: byCode(0) });
  life.run(1, bySignal(9));
  assert.is(life.state.name, 'waiting');
  assert.is(life.state.step, 0);
  assert.is(life.state.failure, 137);
  life.toDeadline();
  assert.is(life.state.failure, null);
});

test('failure-codes stop a schedule', () => {
  const life = new Life({ runEvery: 10, failureCodes: [5] }).up();
  assert.is(life.send({ name: 'exited', ending: byCode(5) }).at(-1), 'leave 1');
});

test('a run that lasts longer than run-timeout is stopped by the plan and counts as failed', () => {
  const life = new Life({ runEvery: 10, runTimeout: 30 }).up();
  assert.is(life.state.deadline, life.now + 30);
  const effects = life.toDeadline();
  assert.is(effects[0], 'noteTimeout');
  assert.is(effects.at(-1), 'signal 15');
  life.send({ name: 'exited', ending: byCode(0) });
  life.send({ name: 'groupGone' });
  assert.is(life.state.name, 'waiting');
  assert.is(life.state.failure, 1);
});

test('stop --after-step lets the run end and starts nothing more; a second stop does not wait', () => {
  for (const rules of [{ runEvery: 10 }, { steps: 2 }, {}]) {
    const life = new Life(rules).up();
    assert.equal(life.send({ name: 'stop', afterRun: true }), []);
    const effects = life.send({ name: 'exited', ending: byCode(1) });
    assert.equal(effects.slice(-3), ['reportStopped', 'reportStartCancelled', 'leave 0']);
    assert.is(life.state.outcome, 'stopped');
    const other = new Life(rules).up();
    other.send({ name: 'stop', afterRun: true });
    assert.is(other.send({ name: 'stop', afterRun: true }).at(-1), 'signal 15');
    const third = new Life(rules).up();
    third.send({ name: 'stop', afterRun: true });
    assert.equal(third.send({ name: 'start' }), ['reportStopCancelled']);
  }
});

test.run();
