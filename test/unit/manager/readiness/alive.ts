import * as assert from 'uvu/assert';
import { Alive } from '../../../../src/manager/readiness/alive';
import type { Answer } from '../../../../src/manager/readiness/kinds/try';
import type { Readiness } from '../../../../src/manager/readiness/readiness';
import type { Probe } from '../../../../src/settings/probes/probe';
import { FakeClock } from '../../../helpers/fake-clock';
import { suite } from '../../../runner/guard';

const test = suite('alive, without processes');

/** A check every 30 seconds, with 5 seconds for each, and three failures. */
function begin(alive: Probe[] = [{ kind: 'port', host: null, port: 80 }]) {
  const clock = new FakeClock();
  const heard: string[] = [];
  const state = { answer: null as Answer | 'none', tries: 0 };
  const signs = { continue() {}, onWatchdog: (_: boolean) => {} };
  const makeTries = (_: string, probes: readonly Probe[]) =>
    probes.map(({ kind }) => ({
      name: kind,
      isEvent: false,
      attempt(done: (answer: Answer) => void) {
        state.tries += 1;
        if (state.answer !== 'none') done(state.answer);
        return () => {};
      },
    }));
  const settings = { alive, aliveEvery: 30, aliveTimeout: 5, aliveFailures: 3 };
  const parts = {
    clock,
    order: { settings },
    eventLog: { log: (_: string, text: string) => heard.push(text) },
    renew: ({ by, reason }: { by: string; reason: string }) => heard.push(`${by}: ${reason}`),
    emit: ({ event }: { event: string }) => heard.push(event),
  };
  const one = new Alive(parts as never, { signs, host: { makeTries } } as unknown as Readiness);
  one.begin();
  return { clock, heard, state, one, signs };
}

test('the first look comes after alive-every, and nothing is said while it holds', () => {
  const { clock, heard, state } = begin();
  clock.advance(29);
  assert.is(state.tries, 0);
  clock.advance(1);
  clock.advance(90);
  assert.equal([state.tries, heard], [4, []]);
});

test('three failed checks in a row want a restart, with the last answer; a success between them resets the count', () => {
  const { clock, heard, state, one } = begin();
  state.answer = { says: 'refused' };
  clock.advance(60);
  assert.equal([one.failures, one.problem], [2, 'port: refused']);
  state.answer = null;
  clock.advance(30);
  assert.equal([one.failures, one.problem], [0, null]);
  state.answer = { says: 'refused' };
  clock.advance(90);
  assert.equal(heard.at(-1), 'alive: port: refused');
  assert.is(heard.filter(text => text === 'alive: port: refused').length, 1);
  assert.is(clock.pending, 0);
});

test('a check without an answer has failed after alive-timeout', () => {
  const { clock, heard, state } = begin();
  state.answer = 'none';
  clock.advance(34);
  assert.equal(heard, []);
  clock.advance(1);
  assert.equal(heard, ['alive: port: no answer within 5 s (1 of 3)']);
});

test('while the program is suspended no timer is armed; then a whole alive-every passes', () => {
  const { clock, state, one } = begin();
  clock.advance(20);
  one.pause();
  assert.is(clock.pending, 0);
  clock.advance(1000);
  one.resume();
  clock.advance(29);
  assert.is(state.tries, 0);
  clock.advance(1);
  assert.is(state.tries, 1);
  one.end();
  assert.is(clock.pending, 0);
});

test('notify: each alive-every must have its WATCHDOG=1; trigger asks for a restart at once', () => {
  const { clock, heard, signs } = begin([{ kind: 'notify' }]);
  for (let round = 0; round < 3; round++) {
    clock.advance(15);
    signs.onWatchdog(true);
    clock.advance(15);
  }
  assert.equal(heard, []);
  clock.advance(30);
  assert.equal(heard, ['alive: notify: no WATCHDOG=1 in time (1 of 3)']);
  signs.onWatchdog(false);
  assert.is(heard.at(-1), 'alive: the program asks for it (WATCHDOG=trigger)');
  assert.is(clock.pending, 0);
});

test('a probe that cannot be tried at all is an event, once in a row', () => {
  const { clock, heard, state } = begin();
  state.answer = { says: 'cannot be run: no', isTrouble: true };
  clock.advance(60);
  assert.is(heard.filter(text => text === 'probe-failed').length, 1);
});

test.run();
