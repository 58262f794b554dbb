import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { countUntilGivingUp, givesUp, pauseAfter } from '../../../../src/manager/lifecycle/restart-rule';
import type { Rules } from '../../../../src/manager/lifecycle/types';
import type { Ending } from '../../../../src/system/signals';
import { byCode, bySignal, Life, usualRules } from '../../../helpers/lifecycle';
import { suite } from '../../../runner/guard';

const test = suite('lifecycle: ends and pauses');

test('an end in failure-codes is final and loud, at any uptime', () => {
  for (const [rules, ending] of [
    [{ failureCodes: [3] }, byCode(3)],
    [{ failureSignals: [11] }, bySignal(11)],
    [{ failureCodes: [-1] }, bySignal(9)],
  ] as [Partial<Rules>, Ending][]) {
    const life = new Life(rules).up();
    life.now += 1000;
    const effects = life.send({ name: 'exited', ending });
    assert.ok(effects.includes('critical: the end is in failure-codes; not starting again'));
    assert.is(effects.at(-1), 'leave 1');
    assert.is(life.state.outcome, 'failed');
  }
});

test('a signal in exit-codes ends it, others do not', () => {
  const rules = { exitSignals: [15] };
  const life = new Life(rules).up();
  assert.is(life.send({ name: 'exited', ending: bySignal(15) }).at(-1), 'leave 1');
  const other = new Life(rules).up();
  other.send({ name: 'exited', ending: bySignal(9) });
  assert.is(other.state.name, 'backoff');
});

test('once, it is not started again, whatever the end; a start or restart takes that back', () => {
  for (const ending of [byCode(0), byCode(1), bySignal(9)]) {
    const life = new Life();
    life.send({ name: 'start', once: true });
    assert.ok(life.run(100, ending).at(-1)?.startsWith('leave'));
  }
  for (const request of ['start', 'restart'] as const) {
    const life = new Life().up();
    life.send({ name: 'start', once: true });
    assert.is(life.state.once, true);
    life.send({ name: request });
    assert.is(life.state.once, false);
  }
});

test('with attempts it gives up after so many early ends in a row, the first start included', () => {
  const life = new Life({ attempts: 3, firstStartMustHold: true, startSeconds: 1 });
  life.send({ name: 'start' });
  assert.ok(life.run(0, byCode(1)).includes('reportStartFailed retry'));
  life.toDeadline();
  life.run(0, byCode(1));
  life.toDeadline();
  const last = life.run(0, byCode(1));
  assert.ok(last.includes('critical: giving up after 3 early ends in a row; quit'));
  assert.is(life.state.outcome, 'gave-up');
});

test('with attempts-pause it begins anew after that', () => {
  const life = new Life({ attempts: 2, attemptsPause: 60 }).up();
  life.send({ name: 'exited', ending: byCode(1) });
  life.toDeadline();
  life.run(0, byCode(1));
  assert.is(life.state.name, 'backoff');
  assert.is(life.state.outcome, 'gave-up');
  assert.is(life.state.backoff, 1, 'the ends before the last one');
  assert.equal(life.toDeadline(), ['disarm', 'spawn']);
  assert.is(life.state.backoff, 0);
  assert.is(life.state.outcome, null);
});

test('a stop during attempts-pause is the reason that it is down', () => {
  for (const event of [{ name: 'stop' }, { name: 'leave', status: 1 }] as const) {
    const life = new Life({ attempts: 1, attemptsPause: 60 }).up();
    life.send({ name: 'exited', ending: byCode(1) });
    life.send(event);
    life.send({ name: 'groupGone' });
    assert.is(life.state.outcome, 'stopped');
  }
});

test('a run of backoff-reset wipes the slate, even if that is more than backoff-limit', () => {
  const life = new Life({ backoffReset: 60 }).up();
  life.now += 59;
  life.send({ name: 'exited', ending: byCode(1) });
  assert.is(life.state.backoff, 1);
  life.toDeadline();
  life.run(60, byCode(1));
  assert.is(life.state.backoff, 0);
});

const pauses = fc.record({
  backoffFirst: fc.double({ min: 0.1, max: 30, noNaN: true }),
  backoffFactor: fc.option(fc.double({ min: 1, max: 4, noNaN: true })),
  backoffLimit: fc.double({ min: 0, max: 600, noNaN: true }),
  backoffJitter: fc.constantFrom(0, 20, 100),
  chance: fc.double({ min: 0, max: 1, noNaN: true }),
  attempts: fc.option(fc.integer({ min: 1, max: 50 })),
  forever: fc.boolean(),
});

test('no pause is over the limit, or shorter than its jitter allows, and pauses never shrink', () => {
  fc.assert(
    fc.property(pauses, fc.integer({ min: 1, max: 10_000 }), (given, early) => {
      const rules: Rules = { ...usualRules, ...given };
      const pause = pauseAfter(early, rules);
      assert.ok(pause >= 0 && pause <= rules.backoffLimit);
      const least = pauseAfter(early, { ...rules, chance: 1 });
      const most = pauseAfter(early, { ...rules, chance: 0 });
      assert.ok(least <= pause + 1e-9 && pause <= most);
      assert.ok(most <= pauseAfter(early + 1, { ...rules, chance: 0 }));
    }),
  );
});

test('the number of ends until it gives up is the number after which it does', () => {
  fc.assert(
    fc.property(pauses, fc.integer({ min: 0, max: 60 }), (given, early) => {
      const rules: Rules = { ...usualRules, ...given };
      const left = countUntilGivingUp(early, rules);
      for (let more = 1; more <= Math.min(left ?? 500, 500); more++)
        assert.is(givesUp(early + more, rules), left !== null && more >= left, `${more} of ${left}`);
    }),
  );
});

test.run();
