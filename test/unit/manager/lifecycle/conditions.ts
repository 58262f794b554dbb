import * as assert from 'uvu/assert';
import { byCode, bySignal, Life } from '../../../helpers/lifecycle';
import { suite } from '../../../runner/guard';

const test = suite('lifecycle: conditions, readiness, renewals and pauses');

test('a start waits for wait-for; a stop ends that', () => {
  const life = new Life({ hasPreparation: true });
  assert.equal(life.send({ name: 'start' }), ['prepare']);
  assert.equal(life.send({ name: 'prepared' }), ['spawn']);
  const other = new Life({ hasPreparation: true });
  other.send({ name: 'start' });
  assert.ok(other.send({ name: 'stop' }).includes('reportStartCancelled'));
  assert.equal(other.send({ name: 'prepared' }), []);
});

test('what is not there in time is a failed start', () => {
  const unprepared = { name: 'unprepared', reason: 'port 80: connection refused' } as const;
  const first = new Life({ hasPreparation: true, firstStartMustHold: true });
  first.send({ name: 'start' });
  assert.is(first.send(unprepared).at(-1), 'leave 1');
  const patient = new Life({ hasPreparation: true, forever: true });
  patient.send({ name: 'start' });
  const effects = patient.send(unprepared);
  assert.ok(effects.includes('error: not started: port 80: connection refused'));
  assert.is(patient.state.name, 'backoff');
  assert.equal(patient.toDeadline(), ['disarm', 'prepare']);
});

test('a program that is not ready in time stays up, and may still become ready', () => {
  const life = new Life({ hasReadiness: true }).up();
  assert.equal(life.send({ name: 'notReady', reason: 'x' }), ['reportStartFailed']);
  assert.is(life.state.name, 'starting');
  assert.equal(life.send({ name: 'tested' }), ['attend', 'reportStarted']);
});

test('with start-failure = stop it is stopped, and counts as a failed start even if it exits with 0', () => {
  const life = new Life({ hasReadiness: true, startFailure: 'stop' }).up();
  assert.is(life.send({ name: 'notReady', reason: 'x' }).at(-1), 'signal 15');
  life.send({ name: 'exited', ending: byCode(0) });
  assert.ok(life.send({ name: 'groupGone' }).includes('reportStartFailed retry'));
  assert.is(life.state.name, 'backoff');
});

test('a renewal restarts at once, whatever status the program exits with', () => {
  const life = new Life().up();
  life.now += 100;
  assert.equal(life.send({ name: 'renew' }), ['dismiss', 'disarm', 'arm 300', 'signal 15']);
  life.send({ name: 'exited', ending: byCode(0) });
  assert.equal(life.send({ name: 'groupGone' }), ['disarm', 'spawn']);
  assert.is(life.state.backoff, 0);
});

test('an early renewal counts for the backoff, until a user asks for the restart', () => {
  const life = new Life().up();
  life.now += 100;
  life.send({ name: 'renew', early: true });
  life.send({ name: 'exited', ending: bySignal(15) });
  life.send({ name: 'groupGone' });
  assert.is(life.state.name, 'backoff');
  assert.is(life.state.backoff, 1);
  const other = new Life().up();
  other.send({ name: 'renew', early: true });
  other.send({ name: 'restart' });
  other.send({ name: 'exited', ending: bySignal(15) });
  assert.equal(other.send({ name: 'groupGone' }), ['disarm', 'spawn']);
});

test('a stop takes precedence over a renewal', () => {
  const life = new Life().up();
  life.send({ name: 'renew', early: true });
  life.send({ name: 'stop' });
  life.send({ name: 'exited', ending: bySignal(15) });
  assert.is(life.send({ name: 'groupGone' }).at(-1), 'leave 0');
});

test('a renewal of the last run ends it for good', () => {
  const life = new Life().up();
  life.send({ name: 'stop', afterRun: true });
  life.send({ name: 'renew' });
  life.send({ name: 'exited', ending: bySignal(15) });
  assert.is(life.send({ name: 'groupGone' }).at(-1), 'leave 0');
});

test('while the program is paused its clocks stand still', () => {
  const life = new Life({ startSeconds: 5 }).up();
  life.now += 2;
  assert.equal(life.send({ name: 'pause' }), ['holdClocks', 'disarm']);
  assert.equal(life.send({ name: 'pause' }), []);
  life.now += 1000;
  assert.equal(life.send({ name: 'continue' }), ['releaseClocks', 'arm 3']);
  assert.ok(life.toDeadline().includes('reportStarted'));
});

test('a paused program can be stopped, and its end is an end', () => {
  const life = new Life().up();
  life.send({ name: 'pause' });
  assert.is(life.send({ name: 'stop' }).at(-1), 'signal 15');
  assert.is(life.state.paused, null);
  const other = new Life().up();
  other.send({ name: 'pause' });
  other.send({ name: 'exited', ending: bySignal(9) });
  assert.is(other.state.paused, null);
});

test.run();
