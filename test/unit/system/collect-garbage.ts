import * as assert from 'uvu/assert';
import { GarbageCollector } from '../../../src/system/collect-garbage';
import { FakeClock } from '../../helpers/fake-clock';
import { suite } from '../../runner/guard';

const test = suite('collector');

function setUp() {
  const clock = new FakeClock();
  let collections = 0;
  const collector = new GarbageCollector(clock, () => () => {
    collections += 1;
  });
  return { clock, collector, count: () => collections };
}

test('a burst of starts is followed by one collection, and then no timer runs', () => {
  const { clock, collector, count } = setUp();
  for (let start = 0; start < 100; start++) collector.noteActivity();
  assert.is(count(), 0);
  clock.advance(1);
  assert.is(count(), 1);
  assert.is(clock.pending, 0);
  clock.advance(1000);
  assert.is(count(), 1);
});

test('a few requests start no timer, thousands do', () => {
  const { clock, collector, count } = setUp();
  for (let request = 0; request < 1999; request++) collector.noteRequest();
  assert.is(clock.pending, 0);
  collector.noteRequest();
  clock.advance(1);
  assert.is(count(), 1);
});

test("Node's garbage collector can be loaded and called", () => {
  const clock = new FakeClock();
  new GarbageCollector(clock).noteActivity();
  clock.advance(1);
  assert.is(clock.pending, 0);
});

test.run();
