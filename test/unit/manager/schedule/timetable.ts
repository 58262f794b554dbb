import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { Timetable } from '../../../../src/manager/schedule/timetable';
import { nextTime } from '../../../../src/settings/schedule/cron';
import { FakeClock } from '../../../helpers/fake-clock';
import { suite } from '../../../runner/guard';

/* On a clock whose wall time a test can step; the monotonic clock stands still while a machine sleeps. */

const test = suite('timetable');
const HOUR = 3600;

test('the next time of the expression is reported, and due when it has come', () => {
  const { clock, world } = makeWorld('30 3 * * *', '2026-11-26T01:00:00Z');
  world.start();
  assert.equal(world.plans, ['2026-11-26T03:30:00Z']);
  clock.advance(2.5 * HOUR - 1);
  assert.equal(world.runs, []);
  clock.advance(1);
  assert.equal(world.runs, ['2026-11-26T03:30:00Z']);
  world.ended();
  assert.equal(world.plans.at(-1), '2026-11-27T03:30:00Z');
  assert.is(world.table.saved.skipped, 0);
});

test('a run that ends within the second of its time is not followed by another one for it', () => {
  const { clock, world } = makeWorld('* * * * *', '2026-11-26T01:00:30Z');
  world.start();
  clock.advance(30);
  clock.advance(0.005);
  world.ended();
  assert.equal(world.plans.at(-1), '2026-11-26T01:02:00Z');
});

test('times that pass while the program runs are skipped and counted', () => {
  const { clock, world } = makeWorld('*/10 * * * *', '2026-11-26T01:00:01Z');
  world.start();
  clock.advance(10 * 60);
  clock.advance(35 * 60);
  world.ended();
  assert.is(world.table.saved.skipped, 3);
  assert.equal(world.plans.at(-1), '2026-11-26T01:50:00Z');
});

test('a time that passes while the machine sleeps is skipped and counted, within a minute of its waking', () => {
  const { clock, world } = makeWorld('0 3 * * *', '2026-11-26T01:00:00Z');
  world.start();
  clock.advance(HOUR);
  clock.wallOffset += 10 * HOUR;
  clock.advance(60);
  assert.equal(world.runs, []);
  assert.is(world.table.saved.skipped, 1);
  assert.equal(world.plans.at(-1), '2026-11-27T03:00:00Z');
});

test('a machine that sleeps for less than a minute over a time runs late', () => {
  const { clock, world } = makeWorld('0 3 * * *', '2026-11-26T02:59:30Z');
  world.start();
  clock.wallOffset += 40;
  clock.advance(30);
  assert.equal(world.runs, ['2026-11-26T03:00:40Z']);
  assert.is(world.table.saved.skipped, 0);
});

test('a clock that is set forward brings the time nearer', () => {
  const { clock, world } = makeWorld('0 3 * * *', '2026-11-26T01:00:00Z');
  world.start();
  clock.wallOffset += HOUR;
  clock.advance(HOUR);
  assert.equal(world.runs, ['2026-11-26T03:00:00Z']);
});

test('a clock that is set back a little runs nothing twice', () => {
  const { clock, world } = makeWorld('0 * * * *', '2026-11-26T00:59:00Z');
  world.start();
  clock.advance(60);
  clock.advance(5);
  world.ended();
  clock.wallOffset -= 30;
  clock.advance(120);
  assert.equal(world.runs, ['2026-11-26T01:00:00Z']);
  assert.equal(world.plans.at(-1), '2026-11-26T02:00:00Z');
});

test('a clock that was far ahead and is set right counts anew', () => {
  const { clock, world } = makeWorld('0 3 * * *', '2027-03-01T00:00:00Z');
  world.start();
  clock.wallOffset -= 90 * 24 * HOUR;
  clock.advance(60);
  assert.equal(world.plans.at(-1), '2026-12-01T03:00:00Z');
  clock.advance(3 * HOUR);
  assert.equal(world.runs.length, 1);
});

test('the next manager waits for the same time, and counts on', () => {
  const { clock, world } = makeWorld('*/10 * * * *', '2026-11-26T01:00:01Z');
  world.start();
  clock.advance(10 * 60);
  clock.advance(15 * 60);
  world.ended();
  const { deadline, table } = world;
  world.cancel();
  const next = makeTable(clock, '*/10 * * * *', null, table.saved);
  next.world.deadline = deadline;
  next.world.resume();
  clock.advance(6 * 60);
  assert.equal(next.world.runs, ['2026-11-26T01:30:00Z']);
  assert.is(next.world.table.saved.skipped, 1);
});

test('in a zone with summer time, a time in the gap comes at its end, and one that comes twice comes once', () => {
  const list = (from: string, times: number) => {
    const found: string[] = [];
    for (let at = seconds(from); found.length < times; found.push(iso(at)))
      at = nextTime('30 2 * * *', 'Europe/Berlin', at);
    return found;
  };
  assert.equal(list('2026-03-28T12:00:00Z', 2), ['2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z']);
  assert.equal(list('2026-10-24T12:00:00Z', 2), ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z']);
});

test('whatever the clocks do, runs are in order, and no time is used twice', () => {
  const move = fc.record({
    step: fc.integer({ min: -3000, max: 8000 }),
    pass: fc.integer({ min: 0, max: 4000 }),
  });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 20 }), fc.integer({ min: 0, max: 1500 }), (moves, length) => {
      const { clock, world } = makeWorld('*/15 * * * *', '2026-11-26T01:00:00Z');
      world.runLength = length;
      world.start();
      let latest = clock.wall();
      for (const { step, pass } of moves) {
        // A clock that is set back by more than an hour altogether was wrong before.
        clock.wallOffset += Math.max(step, latest - 3000 - clock.wall());
        clock.advance(pass);
        latest = Math.max(latest, clock.wall());
      }
      const used = world.taken;
      assert.equal(used, [...new Set(used)]);
      assert.is(world.mostAtOnce <= 1, true);
    }),
    { numRuns: 300 },
  );
});

function makeWorld(expression: string, at: string) {
  const clock = new FakeClock();
  clock.wallOffset = seconds(at) - clock.now();
  return makeTable(clock, expression, 'UTC', null);
}

function makeTable(
  clock: FakeClock,
  runAt: string,
  runZone: string | null,
  saved: ConstructorParameters<typeof Timetable>[1],
) {
  const rules = { runAt, runZone: runZone ?? 'UTC' };
  const world = {
    plans: [] as string[],
    runs: [] as string[],
    taken: [] as number[],
    deadline: 0,
    runLength: -1,
    running: 0,
    mostAtOnce: 0,
    cancel: () => {},
    table: new Timetable(
      {
        clock,
        rules: () => rules,
        scheduled(at) {
          world.plans.push(iso(clock.wall() + at - clock.now()));
          world.deadline = at;
          world.resume();
        },
        due() {
          world.runs.push(iso(clock.wall()));
          world.taken.push(Math.floor(clock.wall() / 900));
          world.running += 1;
          world.mostAtOnce = Math.max(world.mostAtOnce, world.running);
          if (world.runLength >= 0) clock.after(world.runLength, () => world.ended());
        },
      },
      saved,
    ),
    start: () => world.table.plan(),
    ended() {
      world.running -= 1;
      world.table.plan();
    },
    resume() {
      world.cancel();
      world.cancel = world.table.await(world.deadline);
    },
  };
  return { clock, world };
}

function seconds(text: string): number {
  return Date.parse(text) / 1000;
}

function iso(at: number): string {
  return new Date(Math.round(at) * 1000).toISOString().replace('.000', '');
}

test.run();
