import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
  type RunOptions,
  reverse,
  runInOrder,
  type Step,
  type StepResult,
  sortSteps,
} from '../../../../src/commands/many/order/run-in-order';
import { suite } from '../../../runner/guard';

const test = suite('run in order');

/** How one step of a random plan behaves. */
interface Node {
  before: { index: number; isNeed: boolean }[];
  works: boolean;
  releases: boolean;
}

const anyNodes: fc.Arbitrary<Node[]> = fc.array(
  fc.record({
    before: fc.array(fc.record({ index: fc.nat(24), isNeed: fc.boolean() }), { maxLength: 4 }),
    works: fc.integer({ min: 0, max: 5 }).map(number => number > 0),
    releases: fc.boolean(),
  }),
  { maxLength: 25 },
);

/** Edges lead to smaller numbers only, and the plan is in any order. */
function makePlan(nodes: readonly Node[]): Step[] {
  const steps = nodes.map(({ before }, at) => {
    const edges = before.filter(({ index }) => index < at);
    const namesOf = (some: typeof edges) => new Set(some.map(({ index }) => `p${index}`));
    return { name: `p${at}`, before: namesOf(edges), needs: namesOf(edges.filter(({ isNeed }) => isNeed)) };
  });
  return steps.sort((one, other) => (hash(one.name) < hash(other.name) ? -1 : 1));
}

function hash(name: string): number {
  return (Number(name.slice(1)) * 7919) % 101;
}

const byName = (steps: readonly Step[]) => new Map(steps.map(step => [step.name, step]));

/** What must come out: a step is skipped only if one of those that it needs has failed or is skipped. */
function foresee(steps: readonly Step[], works: (name: string) => boolean): Map<string, string> {
  const ends = new Map<string, string>();
  for (const { name, needs } of sortSteps(steps)) {
    const isHeld = [...needs].some(need => ends.has(need) && ends.get(need) !== 'good');
    ends.set(name, isHeld ? 'skipped' : works(name) ? 'good' : 'failed');
  }
  return ends;
}

function nameEnd(result: StepResult<boolean> | undefined): string {
  return result?.kind === 'done' ? (result.result ? 'good' : 'failed') : (result?.kind ?? 'nothing');
}

test('Each step runs once, after those before it; a failure skips exactly what needs it', async () => {
  const property = fc.asyncProperty(
    anyNodes,
    fc.integer({ min: 1, max: 5 }),
    fc.boolean(),
    fc.scheduler(),
    async (nodes, jobs, isReversed, scheduler) => {
      const plan = isReversed ? reverse(makePlan(nodes)) : makePlan(nodes);
      const steps = byName(plan);
      const nodeOf = (name: string) => nodes[Number(name.slice(1))] as Node;
      const ended = new Set<string>();
      const begun: string[] = [];
      let busy = 0;
      const options: RunOptions<boolean> = {
        jobs,
        async act(name, release) {
          begun.push(name);
          busy += 1;
          assert.ok(busy <= jobs, 'no more at once than allowed');
          for (const one of steps.get(name)?.before ?? [])
            assert.ok(ended.has(one), `${one} comes before ${name}`);
          await scheduler.schedule(Promise.resolve(), name);
          busy -= 1;
          if (nodeOf(name).releases) {
            release();
            await scheduler.schedule(Promise.resolve(), `${name} waits`);
          }
          return nodeOf(name).works;
        },
        isGood: result => result,
        settled: name => {
          assert.not.ok(ended.has(name), 'settled once');
          ended.add(name);
        },
      };
      const results = await scheduler.waitFor(runInOrder(plan, options));
      assert.equal(
        [...results.keys()],
        plan.map(({ name }) => name),
      );
      assert.is(new Set(begun).size, begun.length, 'nothing runs twice');
      const expected = foresee(plan, name => nodeOf(name).works);
      for (const { name } of plan) assert.is(nameEnd(results.get(name)), expected.get(name), name);
      for (const [name, result] of results)
        if (result.kind === 'skipped') assert.ok(steps.get(name)?.needs.has(result.because));
    },
  );
  await fc.assert(property, { numRuns: 150 });
});

test('What has not begun at the end of the plan does not begin', async () => {
  const property = fc.asyncProperty(anyNodes, fc.nat(10), fc.scheduler(), async (nodes, most, scheduler) => {
    const plan = makePlan(nodes);
    const over = new AbortController();
    const begun: string[] = [];
    const options: RunOptions<boolean> = {
      jobs: 2,
      over: over.signal,
      async act(name) {
        assert.not.ok(over.signal.aborted);
        begun.push(name);
        await scheduler.schedule(Promise.resolve());
        if (begun.length > most) over.abort();
        return true;
      },
      isGood: result => result,
    };
    const results = await scheduler.waitFor(runInOrder(plan, options));
    const untouched = [...results].filter(([, { kind }]) => kind === 'untouched').map(([name]) => name);
    assert.equal(new Set([...untouched, ...begun]).size, plan.length);
    assert.is(untouched.length + begun.length, plan.length);
  });
  await fc.assert(property, { numRuns: 50 });
});

test('A sorted plan has each step after those before it, and is otherwise as given', () => {
  const property = fc.property(anyNodes, nodes => {
    const sorted = sortSteps(makePlan(nodes)).map(({ name }) => name);
    assert.is(new Set(sorted).size, nodes.length);
    for (const { name, before } of makePlan(nodes))
      for (const one of before) assert.ok(sorted.indexOf(one) < sorted.indexOf(name));
  });
  fc.assert(property);
  const free = ['b', 'a', 'c'].map(name => ({ name, before: new Set<string>(), needs: new Set<string>() }));
  assert.equal(
    sortSteps(free).map(({ name }) => name),
    ['b', 'a', 'c'],
  );
});

test('An error in the work on a step is the error of the plan', async () => {
  const step = { name: 'a', before: new Set<string>(), needs: new Set<string>() };
  const failing = runInOrder<boolean>([step], {
    jobs: 1,
    act: () => Promise.reject(new Error('unexpected')),
    isGood: result => result,
  });
  await failing.then(
    () => assert.unreachable(),
    error => assert.match(String(error), 'unexpected'),
  );
});

test.run();
