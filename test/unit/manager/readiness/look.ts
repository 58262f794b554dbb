import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Answer } from '../../../../src/manager/readiness/kinds/try';
import { look, type Missing, type Tried } from '../../../../src/manager/readiness/look';
import { TimedWait } from '../../../../src/manager/readiness/timed-wait';
import { GROWING, Wait } from '../../../../src/manager/readiness/wait';
import { FakeClock } from '../../../helpers/fake-clock';
import { suite } from '../../../runner/guard';

const test = suite('looking at probes');

/** A probe that a test answers itself. */
class Manual {
  readonly name: string;
  readonly isEvent: boolean;
  tries = 0;
  ended = 0;
  answer: ((answer: Answer) => void) | null = null;

  constructor(name: string, isEvent = false) {
    this.name = name;
    this.isEvent = isEvent;
  }

  readonly attempt: Tried['attempt'] = done => {
    this.tries += 1;
    this.answer = answer => {
      this.answer = null;
      done(answer);
    };
    return () => {
      this.ended += 1;
      this.answer = null;
    };
  };
}

test('probes are tried in their order, up to the first that does not hold', () => {
  const [one, two, three] = [new Manual('one'), new Manual('two'), new Manual('three')];
  const seen: (Missing | null)[] = [];
  look([one, two, three], { clock: new FakeClock(), limit: 5 }, missing => seen.push(missing));
  assert.equal([one.tries, two.tries], [1, 0]);
  one.answer?.(null);
  assert.equal([two.tries, three.tries], [1, 0]);
  two.answer?.({ says: 'no' });
  assert.equal(seen, [{ says: 'no', name: 'two', isEvent: false }]);
  assert.is(three.tries, 0);
});

test('a try that takes longer than the limit is ended', () => {
  const clock = new FakeClock();
  const probe = new Manual('slow');
  const seen: (Missing | null)[] = [];
  look([probe], { clock, limit: 5 }, missing => seen.push(missing));
  clock.advance(5);
  assert.equal(seen, [{ says: 'no answer within 5 s', isLate: true, name: 'slow', isEvent: false }]);
  assert.is(probe.ended, 1);
  assert.is(clock.pending, 0);
});

test('a shared limit is that of the whole look', () => {
  const clock = new FakeClock();
  const probes = [new Manual('one'), new Manual('two')] as const;
  const seen: (Missing | null)[] = [];
  look(probes, { clock, limit: 5, isShared: true }, missing => seen.push(missing));
  clock.advance(3);
  probes[0].answer?.(null);
  clock.advance(1.9);
  assert.is(seen.length, 0);
  clock.advance(0.2);
  assert.is(seen[0]?.name, 'two');
});

function begin(probes: readonly Manual[], clock: FakeClock) {
  const heard: string[] = [];
  const wait = new Wait(probes, {
    clock,
    limit: 5,
    held: () => heard.push('held'),
    failed: ({ name }) => heard.push(name) > 0,
  });
  return { heard, wait };
}

test('the pauses grow from 50 ms to a second', () => {
  const clock = new FakeClock();
  const probe = new Manual('one');
  begin([probe], clock);
  const pauses: number[] = [];
  for (let count = 0; count < 20; count++) {
    const at = clock.now();
    const { tries } = probe;
    probe.answer?.({ says: 'no' });
    while (probe.tries === tries) clock.advance(0.001);
    pauses.push(clock.now() - at);
  }
  assert.ok(Math.abs(pauses[0]! - GROWING.first) < 0.002);
  assert.ok(pauses.every((pause, index) => index === 0 || pause >= pauses[index - 1]! - 0.002));
  assert.ok(Math.abs(pauses.at(-1)! - GROWING.longest) < 0.002);
});

test('of an event the wait hears: no timer is armed', () => {
  const clock = new FakeClock();
  const event = new Manual('event', true);
  const port = new Manual('port');
  const { heard, wait } = begin([event, port], clock);
  event.answer?.({ says: 'not yet' });
  assert.is(clock.pending, 0);
  wait.hear();
  assert.is(event.tries, 2);
  event.answer?.(null);
  port.answer?.(null);
  assert.equal(heard, ['event', 'held']);
  assert.is(clock.pending, 0);
});

test('news during a look leads to another one at once', () => {
  const clock = new FakeClock();
  const [port, event] = [new Manual('port'), new Manual('event', true)];
  const { wait } = begin([port, event], clock);
  wait.hear();
  assert.is(port.tries, 1);
  port.answer?.({ says: 'no' });
  clock.advance(0);
  assert.is(port.tries, 2);
});

test('after its end, nothing is called and nothing is armed', () => {
  const clock = new FakeClock();
  const probe = new Manual('one');
  const { heard, wait } = begin([probe], clock);
  wait.end();
  assert.is(probe.ended, 1);
  wait.hear();
  clock.advance(100);
  assert.equal([heard, probe.tries, clock.pending], [[], 1, 0]);
});

test('a timed wait says once that it is late, and goes on; its clock can stand still', () => {
  const clock = new FakeClock();
  const probe = new Manual('one');
  const heard: string[] = [];
  const wait = new TimedWait([probe], {
    clock,
    limit: 0,
    seconds: 10,
    held: () => heard.push('held'),
    failed: () => true,
    late: missing => heard.push(`late: ${missing?.name}`),
  });
  wait.begin();
  clock.advance(0);
  probe.answer?.({ says: 'no' });
  clock.advance(9);
  wait.pause();
  wait.pause();
  clock.advance(1000);
  assert.equal(heard, []);
  wait.resume();
  clock.advance(0.9);
  assert.equal(heard, []);
  clock.advance(0.2);
  assert.equal(heard, ['late: one']);
  probe.answer?.(null);
  assert.equal(heard, ['late: one', 'held']);
  assert.is(clock.pending, 0);
});

test('whatever is answered, and when: at most one try at a time, and held only when all hold', () => {
  const action = fc.oneof(
    fc.record({ do: fc.constant('answer' as const), probe: fc.nat(2), holds: fc.boolean() }),
    fc.record({ do: fc.constant('advance' as const), seconds: fc.integer({ min: 0, max: 80 }) }),
    fc.record({ do: fc.constant('hear' as const) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), actions => {
      const clock = new FakeClock();
      const probes = [new Manual('a'), new Manual('b', true), new Manual('c')];
      const last = new Map<string, boolean>();
      const { heard, wait } = begin(probes, clock);
      for (const one of actions) {
        const open = probes.filter(probe => probe.answer !== null);
        assert.ok(open.length <= 1);
        if (heard.includes('held')) {
          assert.equal(open, []);
          assert.is(clock.pending, 0);
        }
        if (one.do === 'advance') clock.advance(one.seconds / 10);
        if (one.do === 'hear') wait.hear();
        const probe = one.do === 'answer' ? probes[one.probe]! : null;
        if (one.do !== 'answer' || !probe?.answer) continue;
        last.set(probe.name, one.holds);
        probe.answer(one.holds ? null : { says: 'no' });
      }
      if (heard.includes('held')) assert.ok(probes.every(({ name }) => last.get(name)));
      assert.ok(heard.filter(text => text === 'held').length <= 1);
    }),
  );
});

test.run();
