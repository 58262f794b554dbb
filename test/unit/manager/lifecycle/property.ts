import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { longestStop } from '../../../../src/manager/lifecycle/stop-plan';
import { newLifecycle, step } from '../../../../src/manager/lifecycle/table';
import type { Event, Lifecycle, StateName } from '../../../../src/manager/lifecycle/types';
import { anyRules as rules } from '../../../helpers/any-rules';
import type { Nature } from '../../../helpers/lifecycle-surroundings';
import { World } from '../../../helpers/lifecycle-world';
import { suite } from '../../../runner/guard';

const test = suite('lifecycle by property');

const nature: fc.Arbitrary<Nature> = fc.record({
  starts: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  heeds: fc.boolean(),
  leavesGroup: fc.constantFrom('none', 'none', 'heeding', 'stubborn'),
});

const ending = fc.constantFrom(
  { code: 0, signal: null },
  { code: 1, signal: null },
  { code: 2, signal: null },
  { code: null, signal: 9 },
  { code: null, signal: null },
);

type Deed = (world: World) => void;
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.boolean().map(
    (patient): Deed =>
      world =>
        world.start(patient),
  ),
  fc.boolean().map(
    (patient): Deed =>
      world =>
        world.restart(patient),
  ),
  fc.constant<Deed>(world => world.stop()),
  ending.map(
    (how): Deed =>
      world =>
        world.exit(how),
  ),
  ending.map(
    (how): Deed =>
      world =>
        world.exit(how),
  ),
  fc.constantFrom(0, 0.25, 0.5, 1, 1.5, 3, 400).map(
    (seconds): Deed =>
      world =>
        world.advance(seconds),
  ),
  fc.constantFrom(0.25, 1, 10).map(
    (seconds): Deed =>
      world =>
        world.advance(seconds),
  ),
  fc.constant<Deed>(world => world.pass()),
  fc.constant<Deed>(world => world.pass()),
  fc.boolean().map(
    (isThere): Deed =>
      world =>
        world.prepare(isThere),
  ),
  fc.constantFrom({ now: true }, { afterRun: true }).map(
    (how): Deed =>
      world =>
        world.stop(how),
  ),
  fc.constantFrom<Deed>(
    world => world.giveUpReadiness(),
    world => world.endStopProgram(),
    world => world.endHook('none'),
    world => world.endHook('heeding'),
    world => world.endHook('stubborn'),
    world => world.once(),
    world => world.runNow(),
    world => world.pause(),
    world => world.continue(),
    world => world.renew(false),
    world => world.renew(true),
  ),
  fc.constant<Deed>(world => world.settle()),
  fc.constant<Deed>(world => world.refuse()),
  fc.constant<Deed>(world => world.endGroup()),
  nature.map(
    (next): Deed =>
      world =>
        world.setNature(next),
  ),
);
const rareDeed: fc.Arbitrary<Deed> = fc.oneof(
  rules.map(
    (next): Deed =>
      world =>
        world.configure(next),
  ),
  fc.nat(3).map(
    (status): Deed =>
      world =>
        world.leave(status),
  ),
);
const deeds = fc.array(fc.oneof({ weight: 20, arbitrary: deed }, { weight: 1, arbitrary: rareDeed }), {
  maxLength: 60,
});

test('the invariants hold after every step, whatever happens', () => {
  fc.assert(
    fc.property(rules, nature, deeds, (given, first, list) => {
      const world = new World(given, first);
      world.start(false);
      for (const act of list) act(world);
    }),
    { numRuns: 4000 },
  );
});

test('asked to exit, it is gone once the program has exited, and every waiting request is answered once', () => {
  fc.assert(
    fc.property(rules, nature, deeds, fc.boolean(), (given, first, list, patient) => {
      const world = new World(given, first);
      for (const act of list) act(world);
      const wasGone = world.life.name === 'gone';
      world.leave(7);
      world.start(patient);
      world.stop();
      for (let round = 0; round < 6 && world.leftWith === null; round++) {
        world.settle();
        world.advance(400);
        // With stop-timeout 0 it waits without limit, so the program must exit by itself.
        if (round > 1) {
          world.exit({ code: 0, signal: null });
          world.endGroup();
        }
      }
      assert.is(world.life.name, 'gone');
      if (!wasGone) assert.is(world.leftWith, 7);
      world.restart(patient);
      world.stop();
      world.advance(1000);
      assert.equal(new Set(world.waiters.map(({ answers }) => answers)), new Set([1]));
    }),
    { numRuns: 4000 },
  );
});

test('with a stop-timeout, every stop ends within it and the grace period of the group', () => {
  fc.assert(
    fc.property(rules, nature, deeds, fc.constantFrom(1, 3, 300), (given, first, list, stopTimeout) => {
      const world = new World({ ...given, stopTimeout }, first);
      for (const act of list) act(world);
      world.configure({ ...world.rules, stopTimeout });
      if (['stopping', 'restarting', 'sweeping', 'cleaning'].includes(world.life.name)) return;
      world.stop();
      world.settle();
      world.advance(longestStop(world.rules) ?? 0);
      world.settle();
      world.advance(Math.min(5, stopTimeout));
      world.settle();
      assert.ok(['idle', 'gone'].includes(world.life.name), world.life.name);
      assert.is(world.program, null);
      assert.ok(world.waiters.every(({ answers }) => answers === 1));
    }),
    { numRuns: 3000 },
  );
});

test('no cell of the table throws or modifies its input', () => {
  const names: StateName[] = [
    'idle',
    'preparing',
    'waiting',
    'starting',
    'running',
    'resumed',
    'backoff',
    'stopping',
    'restarting',
    'sweeping',
    'cleaning',
    'gone',
  ];
  const maybe = (arbitrary: fc.Arbitrary<number>) => fc.option(arbitrary);
  const life: fc.Arbitrary<Lifecycle> = fc.record({
    name: fc.constantFrom(...names),
    wanted: fc.constantFrom('up', 'down'),
    leaveStatus: maybe(fc.nat(3)),
    pid: maybe(fc.integer({ min: 1 })),
    startedAt: maybe(fc.nat(1000)),
    backoff: fc.nat(20),
    deadline: maybe(fc.nat(2000)),
    lived: fc.boolean(),
    boot: fc.option(fc.record({ used: fc.nat(9), since: fc.nat(2000) })),
    tested: fc.boolean(),
    crashes: fc.nat(9),
    outcome: fc.constantFrom(null, 'stopped', 'gave-up'),
    attempts: fc.nat(3),
    refused: fc.boolean(),
    ended: fc.option(
      fc.record({
        ending,
        during: fc.constantFrom('starting' as const, 'running' as const, 'resumed' as const),
        uptime: fc.nat(100),
      }),
    ),
    stage: fc.integer({ min: -1, max: 3 }),
    once: fc.boolean(),
    paused: maybe(fc.nat(1000)),
    step: fc.nat(2),
    failure: maybe(fc.nat(3)),
    isLast: fc.boolean(),
    hookDue: fc.boolean(),
    parting: maybe(fc.nat(3)),
  });
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.constantFrom<Event>(
      { name: 'start' },
      { name: 'stop' },
      { name: 'restart' },
      { name: 'leave', status: 1 },
      { name: 'adopted', pid: 5, startedAt: 1, ready: true },
      { name: 'spawned', pid: 6 },
      { name: 'spawnFailed', reason: 'x' },
      { name: 'tested' },
      { name: 'cleaned' },
      { name: 'cleaned', leftovers: true },
      { name: 'looked', used: 3, isBusy: false },
      { name: 'looked', used: null, isBusy: true },
      { name: 'refused', reason: 'x' },
      { name: 'groupGone' },
      { name: 'groupGone', survivors: [7] },
      { name: 'deadline' },
      { name: 'stop', now: true },
      { name: 'stop', afterRun: true },
      { name: 'runNow' },
      { name: 'pause' },
      { name: 'continue' },
      { name: 'renew', early: true },
      { name: 'prepared' },
      { name: 'unprepared', reason: 'x' },
      { name: 'notReady', reason: 'x' },
      { name: 'stopProgramEnded' },
      { name: 'scheduled', at: 9 },
      { name: 'stay', status: 1 },
      { name: 'part' },
    ),
    fc.record({ name: fc.constant('exited' as const), ending, leftovers: fc.boolean() }),
  );
  fc.assert(
    fc.property(life, event, fc.nat(2000), rules, (given, what, now, at) => {
      const copy = structuredClone(given);
      const result = step(Object.freeze(given), what, now, Object.freeze(at));
      assert.equal(given, copy);
      assert.ok(names.includes(result.life.name));
      if (given.name === 'gone' && what.name !== 'stay') assert.is(result.life.name, 'gone');
      assert.is(result.effects.filter(effect => effect.do === 'spawn').length <= 1, true);
    }),
    { numRuns: 10_000 },
  );
  assert.is(newLifecycle().name, 'idle');
});

test.run();
