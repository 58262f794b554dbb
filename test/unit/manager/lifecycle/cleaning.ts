import * as assert from 'uvu/assert';
import { byCode, Life } from '../../../helpers/lifecycle';
import { suite } from '../../../runner/guard';

const test = suite('lifecycle: after-exit');

const withHook = { hasAfterExit: true };

test('the next start waits for after-exit', () => {
  const life = new Life({ ...withHook, forever: true }).up();
  life.now += 100;
  assert.equal(life.send({ name: 'exited', ending: byCode(1) }).slice(-2), ['disarm', 'afterExit']);
  assert.is(life.state.name, 'cleaning');
  assert.equal(life.send({ name: 'cleaned' }).at(-1), 'spawn');
});

test('a stop waits for it, behind the end of all that the program has left behind', () => {
  const life = new Life(withHook).up();
  life.send({ name: 'stop' });
  assert.is(life.send({ name: 'exited', ending: byCode(0), leftovers: true }).at(-1), 'sweep');
  assert.equal(life.send({ name: 'groupGone' }), ['disarm', 'disarm', 'afterExit']);
  assert.equal(life.send({ name: 'cleaned' }), [
    'info: Exiting',
    'reportStopped',
    'reportStartCancelled',
    'leave 0',
  ]);
});

test('what it leaves behind is ended, and it is not run again for that', () => {
  const life = new Life({ ...withHook, forever: true }).up();
  life.now += 100;
  life.send({ name: 'exited', ending: byCode(1) });
  assert.is(life.send({ name: 'cleaned', leftovers: true }).at(-1), 'sweep');
  assert.is(life.send({ name: 'groupGone' }).at(-1), 'spawn');
});

test('stop --now ends it', () => {
  const life = new Life(withHook).up();
  life.send({ name: 'exited', ending: byCode(1) });
  assert.equal(life.send({ name: 'stop', now: true }), ['reportStartCancelled', 'endAfterExit']);
  assert.is(life.send({ name: 'cleaned' }).at(-1), 'leave 0');
});

test('it runs once for each exit, and not for a program that could not be run', () => {
  const life = new Life({ ...withHook, forever: true });
  life.send({ name: 'start' });
  assert.not(life.send({ name: 'spawnFailed', reason: 'no such file' }).includes('afterExit'));
  assert.is(life.state.name, 'backoff');
});

test('a start or a stop while it runs decides what follows', () => {
  const up = new Life(withHook).up();
  up.send({ name: 'stop' });
  up.send({ name: 'exited', ending: byCode(0) });
  up.send({ name: 'groupGone' });
  assert.equal(up.send({ name: 'start' }), ['reportStopCancelled']);
  assert.is(up.send({ name: 'cleaned' }).at(-1), 'spawn');
  const down = new Life({ ...withHook, hangAround: true }).up();
  down.send({ name: 'exited', ending: byCode(1) });
  down.send({ name: 'stop' });
  assert.is(down.send({ name: 'cleaned' }).at(-1), 'reportStopped');
  assert.is(down.state.name, 'idle');
});

test.run();
