import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Member } from '../../../../src/settings/fleet/fleet';
import {
  neededBy,
  type Order,
  readOrder,
  withDependents,
  withNeeds,
} from '../../../../src/settings/fleet/order';
import { suite } from '../../../runner/guard';

const test = suite('order of a fleet');

/** `web: db, ?cache` for each program; `web-2` is a copy of `web`. */
function orderOf(
  programs: Record<string, string>,
  faulty: string[] = [],
  withoutCopies: string[] = [],
): Order {
  const members = Object.entries(programs).map(([name, after]) => {
    const [, base = name, copy] = /^(.+)-(\d+)$/.exec(name) ?? [];
    const settings = { after: after === '' ? null : after.split(', ') };
    const configuration = { settings, origins: { after: `apps/${name}.conf:3` } };
    return { name, base, copy: copy === undefined ? null : Number(copy), configuration } as unknown as Member;
  });
  const broken = faulty.map(name => ({ name, fault: 'broken' }));
  return readOrder({ file: 'apps', members, faulty: broken, withoutCopies });
}

test('A name means all copies, and a name of a copy that one', () => {
  const order = orderOf({ 'db-1': '', 'db-2': '', web: 'db', job: '?db-2' });
  assert.equal([...order.needs('web')], ['db-1', 'db-2']);
  assert.equal([[...order.needs('job')], [...order.before('job')]], [[], ['db-2']]);
  assert.equal(neededBy(order, 'db-2'), ['web']);
  assert.is(order.faults.size, 0);
});

test('A program without copies, or one that cannot be read, is no unknown name', () => {
  const order = orderOf({ web: 'db, cache' }, ['db'], ['cache']);
  assert.equal([[...order.needs('web')], order.faults.size], [['db'], 0]);
  assert.equal(order.names, ['web', 'db']);
});

test('An unknown name is a fault, unless it is only an order', () => {
  const order = orderOf({ db: '', web: 'dbb', job: '?nothing', other: 'elsewhere' });
  assert.equal(Object.fromEntries(order.faults), {
    web: "apps/web.conf:3: after names dbb, which is no program of apps; did you mean 'db'?",
    other:
      'apps/other.conf:3: after names elsewhere, which is no program of apps; write ?elsewhere if it need not be there',
  });
});

test('Each program of a circle has a fault that names all of it; what leads to it has none', () => {
  const order = orderOf({ a: 'b', b: '?c', c: 'a', web: 'a', own: 'own', 'job-1': 'job', 'job-2': 'job' });
  assert.equal(Object.fromEntries(order.faults), {
    a: 'apps/a.conf:3: after goes in a circle: a -> b -> c -> a; leave one of them out',
    b: 'apps/b.conf:3: after goes in a circle: b -> c -> a -> b; leave one of them out',
    c: 'apps/c.conf:3: after goes in a circle: c -> a -> b -> c; leave one of them out',
    own: 'apps/own.conf:3: after names the program itself; leave it out',
    'job-1': 'apps/job-1.conf:3: after names the program itself; leave it out',
    'job-2': 'apps/job-2.conf:3: after names the program itself; leave it out',
  });
  assert.equal([[...order.before('b')], [...order.needs('web')]], [[], ['a']]);
});

test('What a start needs, and what depends on a program', () => {
  const order = orderOf({ disk: '', db: 'disk', cache: '', web: 'db, ?cache', front: 'web' });
  assert.equal(withNeeds(order, ['web']), ['disk', 'db', 'web']);
  assert.equal(withDependents(order, ['disk', 'cache']), ['disk', 'db', 'cache', 'web', 'front']);
});

test('No order of any fleet has a circle, and only programs of circles have a fault', () => {
  const edges = fc.array(fc.array(fc.nat(14), { maxLength: 3 }), { minLength: 1, maxLength: 15 });
  const property = fc.property(edges, all => {
    const nameOf = (at: number) => `p${at % all.length}`;
    const programs = Object.fromEntries(all.map((some, at) => [nameOf(at), some.map(nameOf).join(', ')]));
    const order = orderOf(programs);
    const next = (name: string) => (programs[name] === '' ? [] : (programs[name] ?? '').split(', '));
    for (const name of order.names) {
      assert.not.ok(
        reaches(name, name, one => [...order.before(one)]),
        `no circle at ${name}`,
      );
      assert.is(order.faults.has(name), reaches(name, name, next), name);
      for (const one of next(name))
        if (!order.before(name).has(one))
          assert.ok(reaches(one, name, next), 'only edges of circles are left out');
    }
  });
  fc.assert(property, { numRuns: 200 });
});

function reaches(from: string, to: string, next: (name: string) => string[]): boolean {
  const reached = new Set(next(from));
  for (const name of reached) for (const one of next(name)) reached.add(one);
  return reached.has(to);
}

test.run();
