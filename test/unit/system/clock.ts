import * as assert from 'uvu/assert';
import { sleep, systemClock } from '../../../src/system/clock';
import { within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('clock');

test('an action runs once and never too early', async () => {
  const started = systemClock.now();
  let calls = 0;
  await within(
    30,
    new Promise<void>(resolve => systemClock.after(0.05, () => resolve(void calls++))),
    'the action',
  );
  assert.ok(systemClock.now() - started >= 0.05);
  await sleep(0.02);
  assert.is(calls, 1);
});

test('a cancelled action does not run', async () => {
  let called = false;
  const cancel = systemClock.after(0.01, () => {
    called = true;
  });
  cancel();
  await sleep(0.03);
  assert.not(called);
});

test('a delay that does not fit into 31 bits of milliseconds does not expire immediately', async () => {
  let called = false;
  const cancel = systemClock.after(2 ** 31, () => {
    called = true;
  });
  await sleep(0.02);
  cancel();
  assert.not(called);
});

test('a zero or negative delay expires immediately', async () => {
  await within(30, sleep(0), 'no delay');
  await within(30, sleep(-1), 'a negative delay');
});

test('the wall clock counts seconds since 1970', () => {
  assert.ok(Math.abs(systemClock.wall() - Date.now() / 1000) < 5);
});

test.run();
