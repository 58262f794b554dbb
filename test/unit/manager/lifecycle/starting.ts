import * as assert from 'uvu/assert';
import { byCode, Life } from '../../../helpers/lifecycle';
import { suite } from '../../../runner/guard';

/* start-seconds is zd's, the start test is zdaemon's. */

const test = suite('lifecycle: starting');

test('with start-seconds 0 and no start test the exec alone is the start', () => {
  const life = new Life();
  assert.equal(life.send({ name: 'start' }), ['spawn']);
  assert.equal(life.send({ name: 'spawned', pid: 5 }), [
    'info: spawned process pid=5',
    'attend',
    'reportStarted',
  ]);
  assert.is(life.state.name, 'running');
});

test('a start counts once the program has lived for start-seconds', () => {
  const life = new Life({ startSeconds: 0.25 });
  life.send({ name: 'start' });
  assert.equal(life.send({ name: 'spawned', pid: 5 }), ['info: spawned process pid=5', 'arm 0.25']);
  assert.is(life.state.name, 'starting');
  assert.equal(life.toDeadline(), ['disarm', 'attend', 'reportStarted']);
  assert.is(life.state.name, 'running');
});

test('a start counts once both conditions are met, in either order', () => {
  const testFirst = new Life({ startSeconds: 0.25, hasReadiness: true });
  testFirst.send({ name: 'start' });
  assert.ok(testFirst.send({ name: 'spawned', pid: 5 }).includes('test'));
  assert.equal(testFirst.send({ name: 'tested' }), []);
  assert.is(testFirst.state.name, 'starting');
  assert.equal(testFirst.toDeadline(), ['disarm', 'attend', 'reportStarted']);

  const timeFirst = new Life({ startSeconds: 0.25, hasReadiness: true }).up();
  assert.equal(timeFirst.toDeadline(), ['disarm']);
  assert.is(timeFirst.state.name, 'starting');
  assert.equal(timeFirst.send({ name: 'tested' }), ['attend', 'reportStarted']);
  assert.is(timeFirst.state.name, 'running');
});

test('the start test runs after every start, including automatic ones', () => {
  const life = new Life({ hasReadiness: true }).up();
  life.send({ name: 'tested' });
  assert.ok(life.send({ name: 'exited', ending: byCode(1) }).includes('dismiss'));
  life.toDeadline();
  assert.ok(life.send({ name: 'spawned', pid: 6 }).includes('test'));
  assert.is(life.state.name, 'starting');
});

test('a program that exits within start-seconds was not started', () => {
  const life = new Life({ startSeconds: 1 }).up();
  life.now += 0.5;
  assert.equal(life.send({ name: 'exited', ending: byCode(3) }), [
    'logEnding',
    'dismiss',
    'disarm',
    'reportStartFailed retry',
    'info: sleep 1 to avoid rapid restarts',
    'arm 1',
  ]);
});

test('if a first start that must hold fails, the manager exits with 1, whatever the other rules', () => {
  for (const rules of [{}, { forever: true }, { hangAround: true }, { backoffLimit: 0 }]) {
    const life = new Life({ firstStartMustHold: true, startSeconds: 1, ...rules }).up();
    assert.equal(life.send({ name: 'exited', ending: byCode(3) }).slice(-4), [
      'reportStartFailed',
      'reportStopped',
      'reportStartCancelled',
      'leave 1',
    ]);
    const missing = new Life({ firstStartMustHold: true, ...rules });
    missing.send({ name: 'start' });
    assert.is(missing.send({ name: 'spawnFailed', reason: 'x' }).at(-1), 'leave 1');
  }
});

test('if a first start that must hold fails with a listed exit code, the manager exits with that code', () => {
  const life = new Life({ firstStartMustHold: true, startSeconds: 1, hangAround: true }).up();
  const effects = life.send({ name: 'exited', ending: byCode(2) });
  assert.ok(effects.includes('reportStartFailed'));
  assert.is(effects.at(-1), 'leave 2');
});

test('only the first start must hold', () => {
  const life = new Life({ firstStartMustHold: true, startSeconds: 1 }).up();
  life.toDeadline();
  life.send({ name: 'exited', ending: byCode(1) });
  life.toDeadline();
  life.run(0, byCode(1));
  assert.is(life.state.name, 'backoff');
});

test('a listed exit code during the start is a failed start without a retry', () => {
  const life = new Life({ startSeconds: 1 }).up();
  const effects = life.send({ name: 'exited', ending: byCode(0) });
  assert.ok(effects.includes('reportStartFailed'));
  assert.is(effects.at(-1), 'leave 0');
});

test('a late proof changes nothing', () => {
  const life = new Life({ hasReadiness: true }).up();
  life.send({ name: 'tested' });
  assert.equal(life.send({ name: 'tested' }), []);
  assert.equal(life.send({ name: 'deadline' }), []);
  assert.is(life.state.name, 'running');
});

test.run();
