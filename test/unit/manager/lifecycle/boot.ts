import * as assert from 'uvu/assert';
import { judgeBoot } from '../../../../src/manager/lifecycle/boot';
import type { Boot, Look } from '../../../../src/manager/lifecycle/types';
import { byCode, Life } from '../../../helpers/lifecycle';
import { suite } from '../../../runner/guard';

/* The rule of `start-seconds = auto`, with invented looks. */

const test = suite('lifecycle: boot');

/** Looks whenever the rule asks for it, at a program that was started at 0. @returns when it counts as started */
function started(look: (now: number) => Look): number {
  let boot: Boot | null = null;
  for (let now = 0.04, looks = 1; ; looks += 1) {
    const verdict = judgeBoot(boot, look(now), now, 0);
    if (verdict.next === null) return now;
    assert.ok(verdict.next > now && looks < 60, `look ${looks} at ${now}`);
    boot = verdict.boot;
    now = verdict.next;
  }
}

/** A program that uses the processor until a time. */
const busyUntil = (end: number) => (now: number) => ({
  used: Math.round(Math.min(now, end) * 100),
  isBusy: false,
});
const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 0.06, `${value}`);

test('a program that waits at once has started after 0.25 seconds, no later than with a number', () => {
  assert.is(
    started(() => ({ used: 0, isBusy: false })),
    0.25,
  );
});

test('a program has started 0.2 seconds after it has used the processor last', () => {
  near(started(busyUntil(0.12)), 0.34);
  near(started(busyUntil(0.8)), 1.02);
});

test('a program that is always busy has started after 2 seconds', () => {
  assert.is(started(busyUntil(10)), 2);
  assert.is(
    started(() => ({ used: 5, isBusy: true })),
    2,
  );
});

test('where no processor time can be known, it is 0.25 seconds', () => {
  assert.is(
    started(() => ({ used: null, isBusy: false })),
    0.25,
  );
});

test('a program that is dead, but whose exit was not reported yet, has not started', () => {
  assert.is(
    started(() => ({ used: null, isBusy: true })),
    2,
  );
});

test('the lifecycle looks until the rule is met, and not again', () => {
  const life = new Life({ startSeconds: 'auto' });
  life.send({ name: 'start' });
  assert.is(life.send({ name: 'spawned', pid: 5 }).at(-1)?.slice(0, 8), 'arm 0.04');
  life.now += 0.04;
  assert.equal(life.send({ name: 'deadline' }), ['look']);
  life.send({ name: 'looked', used: 4, isBusy: false });
  life.now += 0.25;
  assert.equal(life.send({ name: 'looked', used: 4, isBusy: false }), ['disarm', 'attend', 'reportStarted']);
  assert.is(life.state.name, 'running');
  assert.equal(life.send({ name: 'looked', used: 9, isBusy: true }), []);
});

test('a program that is still busy after a second, and then fails, was not started', () => {
  const life = new Life({ startSeconds: 'auto', firstStartMustHold: true }).up();
  life.now += 1;
  life.send({ name: 'looked', used: 99, isBusy: true });
  assert.ok(life.send({ name: 'exited', ending: byCode(1) }).includes('reportStartFailed'));
});

test('a start test that succeeds early does not end the watch', () => {
  const life = new Life({ startSeconds: 'auto', hasReadiness: true }).up();
  life.send({ name: 'tested' });
  assert.is(life.state.name, 'starting');
  life.toDeadline();
  life.now += 0.25;
  life.send({ name: 'looked', used: 0, isBusy: false });
  life.now += 0.25;
  assert.equal(life.send({ name: 'looked', used: 0, isBusy: false }), ['disarm', 'attend', 'reportStarted']);
});

test.run();
