import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { ApplyStep, Change } from '../../../../src/client/configured/changes';
import {
  isEmpty,
  type Life,
  type PlanRequest,
  planFleet,
  type Seen,
} from '../../../../src/commands/many/apply/plan';
import { describePlan } from '../../../../src/commands/many/apply/plan-text';
import { suite } from '../../../runner/guard';

const test = suite('the plan of apply');

test('added programs are started, those that are gone stopped, changed ones changed, others left alone', () => {
  const lines = describePlan(
    plan({
      seen: [
        see('added'),
        see('same', { life: 'up' }),
        see('live', { life: 'up', changes: [change('backoff-limit', 'live')] }),
        see('other', { life: 'up', changes: [change('program', 'restart'), change('X', 'restart')] }),
        see('user', { life: 'up', changes: [change('user', 'stop and start')] }),
        see('log', { life: 'up', changes: [change('transcript', 'new manager')] }),
      ],
      gone: ['old'],
    }),
  );
  assert.equal(lines, [
    'old: stop: no longer configured',
    'added: start: new',
    'live: adjust: backoff-limit changed',
    'other: restart: program, environment X changed',
    'user: stop and start: user changed',
    'log: new manager: transcript changed',
    '1 stays as it is',
  ]);
});

test('what was stopped by hand, has failed or is done stays down; what its files changed since a failure does not', () => {
  const seen = [
    see('stopped', { life: 'stopped' }),
    see('failed', { life: 'failed' }),
    see('mended', { life: 'failed', changes: [change('program', 'restart')] }),
    see('done', { life: 'done', changes: [change('program', 'restart')] }),
    see('shutdown', { life: 'lost' }),
    see('again', { life: 'withdrawn' }),
  ];
  assert.equal(describePlan(plan({ seen })), [
    'mended: start: has failed; program changed',
    'shutdown: start: it ended with its manager',
    'again: start: configured again',
    'stopped: stays down: was stopped by hand',
    'failed: stays down: has failed, and has not changed since',
    '1 stays as it is',
  ]);
  const forgetful = plan({ seen, forgetsStops: true });
  assert.equal(
    forgetful.steps.map(({ name }) => name),
    ['stopped', 'failed', 'mended', 'done', 'shutdown', 'again'],
  );
  const user = see('user', { life: 'up', needs: [{ name: 'done', isWeak: false }] });
  const inUse = plan({ seen: [...seen, user], forgetsStops: true });
  assert.not(inUse.steps.some(({ name }) => name === 'done'));
});

test('disable stops, and autostart = off neither starts nor stops', () => {
  const seen = [
    see('disabled', { life: 'up', disabledIn: 'apps/disabled.conf:3' }),
    see('never', { disabledIn: 'apps/never.conf:3' }),
    see('manual', { autostart: false }),
    see('running', { autostart: false, life: 'up' }),
  ];
  assert.equal(describePlan(plan({ seen })), [
    'disabled: stop: disabled in apps/disabled.conf:3',
    '3 stay as they are',
  ]);
});

test('a start takes along what it needs, and is left out if that stays down', () => {
  const seen = [
    see('db', { autostart: false }),
    see('web', { needs: [{ name: 'db', isWeak: false }] }),
    see('cache', { life: 'stopped' }),
    see('api', { needs: [{ name: 'cache', isWeak: false }] }),
    see('ui', { needs: [{ name: 'api', isWeak: false }] }),
    see('stats', { needs: [{ name: 'cache', isWeak: true }] }),
    see('broken', { needs: [{ name: 'faulty', isWeak: false }] }),
  ];
  const faulty = [{ name: 'faulty', fault: 'faulty.conf:1: no program', isUp: false }];
  const made = plan({ seen, faulty });
  assert.equal(describePlan(made), [
    'db: start: web needs it',
    'web: start: new',
    'stats: start: new',
    'cache: stays down: was stopped by hand',
    'api: stays down: needs cache, which is down',
    'ui: stays down: needs api, which is down',
    'broken: stays down: needs faulty, which is down',
  ]);
  assert.is(made.faulty.length, 1);
});

test('after a plan the world is what the files say, and the next plan is empty', () => {
  fc.assert(
    fc.property(fc.array(program, { maxLength: 12 }), programs => {
      const world = new Map(programs.map((one, at) => [`p${at}`, { ...one }]));
      const first = plan(look(world));
      for (const { name } of first.stops) Object.assign(world.get(name)!, { life: 'withdrawn' });
      for (const { name, action } of first.steps) {
        const one = world.get(name)!;
        assert.ok(!one.isGone && !one.isDisabled, `${name} is not to be touched`);
        one.isChanged = false;
        // These reach the manager of a program that stays as it is, up or down.
        if (action === 'adjust' || action === 'upgrade') continue;
        if (action !== 'dismiss') one.life = 'up';
        else one.isManaged = false;
      }
      for (const [name, one] of world) {
        const isUp = one.life === 'up' || one.life === 'orphaned';
        if (one.isGone || one.isDisabled) assert.not(isUp, `${name} is up`);
        else if (isUp) assert.not(one.isChanged, `${name} runs what has changed`);
        else if (one.autostart && ['never', 'lost'].includes(one.life))
          assert.ok(
            first.left.some(left => left.name === name),
            `${name} is down`,
          );
      }
      assert.ok(isEmpty(plan(look(world))), 'the second plan is empty');
    }),
    { numRuns: 500 },
  );
});

const program = fc.record({
  life: fc.constantFrom<Life[]>('up', 'orphaned', 'never', 'lost', 'withdrawn', 'stopped', 'failed', 'done'),
  isGone: fc.boolean(),
  isDisabled: fc.boolean(),
  autostart: fc.boolean(),
  isManaged: fc.boolean(),
  isChanged: fc.boolean(),
  step: fc.constantFrom<ApplyStep[]>('live', 'restart', 'new manager', 'stop and start'),
  needs: fc.array(fc.record({ name: fc.nat(11).map(at => `p${at}`), isWeak: fc.boolean() }), {
    maxLength: 2,
  }),
});

type Model = typeof program extends fc.Arbitrary<infer One> ? One : never;

/** As `lookAt` would see it: a program is managed as long as it is up, and perhaps after. */
function look(world: ReadonlyMap<string, Model>): Partial<PlanRequest> {
  const isUp = ({ life }: Model) => life === 'up' || life === 'orphaned';
  const all = [...world];
  return {
    gone: all.filter(([, one]) => one.isGone && isUp(one)).map(([name]) => name),
    seen: all
      .filter(([, one]) => !one.isGone)
      .map(([name, one]) =>
        see(name, {
          life: one.life,
          isManaged: one.life === 'up' || (one.isManaged && one.life !== 'orphaned' && one.life !== 'lost'),
          disabledIn: one.isDisabled ? 'x.conf:1' : null,
          autostart: one.autostart,
          changes: one.isChanged && one.life !== 'never' ? [change('program', one.step)] : [],
          needs: one.needs.filter(need => need.name < name),
        }),
      ),
  };
}

function plan(request: Partial<PlanRequest>) {
  return planFleet({ seen: [], gone: [], faulty: [], forgetsStops: false, ...request });
}

function see(name: string, more: Partial<Seen> = {}): Seen {
  return {
    name,
    life: 'never',
    isManaged: more.life === 'up',
    isDone: false,
    needs: [],
    disabledIn: null,
    autostart: true,
    changes: [],
    fault: null,
    ...more,
  };
}

function change(key: string, step: ApplyStep): Change {
  return { key, from: null, to: '1', step, isTyped: false };
}

test.run();
