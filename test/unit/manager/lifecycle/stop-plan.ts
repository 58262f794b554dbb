import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { endsWithKill, longestStop, planStop } from '../../../../src/manager/lifecycle/stop-plan';
import { bySignal, Life, usualRules } from '../../../helpers/lifecycle';
import { suite } from '../../../runner/guard';

const test = suite('lifecycle: plan of a stop');

const TERM = { signal: 15, seconds: 20 };
const INT = { signal: 2, seconds: 10 };
const KILL = { signal: 9, seconds: null };

test('each step has its time, then the next signal follows, and SIGKILL is the end', () => {
  const life = new Life({ stopSignals: [TERM, INT, KILL] }).up();
  assert.equal(life.send({ name: 'stop' }), ['dismiss', 'disarm', 'arm 20', 'signal 15']);
  assert.equal(life.toDeadline(), ['disarm', 'arm 10', 'signal 2']);
  assert.equal(life.toDeadline(), ['disarm', 'warn: sending SIGKILL to pid 11', 'kill']);
  assert.is(life.state.deadline, null);
});

test('the step without a time has what the others leave of stop-timeout', () => {
  const life = new Life({ stopTimeout: 50, stopSignals: [TERM, { signal: 2, seconds: null }] }).up();
  life.send({ name: 'stop' });
  assert.equal(life.toDeadline(), ['disarm', 'arm 30', 'signal 2']);
});

test('with a stop-timeout of 0 only a plan that names SIGKILL sends it', () => {
  const patient = new Life({ stopTimeout: 0, stopSignals: [TERM, { signal: 2, seconds: null }] }).up();
  patient.send({ name: 'stop' });
  assert.equal(patient.toDeadline(), ['disarm', 'signal 2']);
  assert.is(patient.state.deadline, null);
  const firm = new Life({ stopTimeout: 0, stopSignals: [TERM, KILL] }).up();
  firm.send({ name: 'stop' });
  assert.ok(firm.toDeadline().includes('kill'));
});

test('asked again, it sends the signal of the present step again; --now goes to the end of the plan', () => {
  const life = new Life({ stopSignals: [TERM, INT] }).up();
  life.send({ name: 'stop' });
  life.toDeadline();
  assert.equal(life.send({ name: 'stop' }), ['signal 2']);
  assert.ok(life.send({ name: 'stop', now: true }).includes('kill'));
  const other = new Life().up();
  assert.equal(other.send({ name: 'stop', now: true }).slice(-2), [
    'warn: sending SIGKILL to pid 11',
    'kill',
  ]);
  const endless = new Life({ stopTimeout: 0 }).up();
  assert.is(endless.send({ name: 'stop', now: true }).at(-1), 'signal 15');
});

test('stop-program comes first and has stop-timeout; then the plan begins anew', () => {
  for (const isLate of [true, false]) {
    const life = new Life({ hasStopProgram: true, stopTimeout: 7 }).up();
    assert.equal(life.send({ name: 'stop' }), ['dismiss', 'disarm', 'arm 7', 'stopProgram']);
    assert.equal(life.send({ name: 'stop' }), []);
    const effects = isLate ? life.toDeadline() : life.send({ name: 'stopProgramEnded' });
    assert.equal(effects.slice(-2), ['arm 7', 'signal 15']);
    assert.equal(life.send({ name: 'stopProgramEnded' }), [], 'a late end of stop-program means nothing');
  }
});

test('a program that exits because of stop-program gets no signal', () => {
  const life = new Life({ hasStopProgram: true }).up();
  life.send({ name: 'stop' });
  const effects = life.send({ name: 'exited', ending: bySignal(15) });
  assert.ok(effects.includes('endStopProgram'));
  assert.not(effects.some(effect => effect.startsWith('signal')));
});

test('the longest possible stop is the sum of the plan and of the time of stop-program', () => {
  const rules = { ...usualRules, stopSignals: [TERM, INT], stopTimeout: 300 };
  assert.is(longestStop(rules), 30);
  assert.is(longestStop({ ...rules, hasStopProgram: true }), 330);
  assert.is(longestStop({ ...usualRules, stopTimeout: 0 }), null);
});

test('every plan ends, or waits for ever on purpose', () => {
  const seconds = fc.option(fc.integer({ min: 1, max: 90 }));
  const stages = fc.array(fc.record({ signal: fc.constantFrom(1, 2, 9, 15), seconds }), { minLength: 1 });
  fc.assert(
    fc.property(stages, fc.constantFrom(0, 1, 60, 300), (stopSignals, stopTimeout) => {
      const life = new Life({ stopSignals, stopTimeout }).up();
      const sent = life.send({ name: 'stop' });
      while (life.state.deadline !== null) sent.push(...life.toDeadline());
      const isKilled = sent.includes('kill');
      const waits = planStop(life.rules).some(one => one.seconds === null);
      assert.is(isKilled, endsWithKill(life.rules) && !waits);
      if (stopTimeout > 0) assert.ok(isKilled);
    }),
  );
});

test.run();
