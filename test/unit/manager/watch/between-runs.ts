import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { closeWatches, watchIn } from '../../../helpers/watch-in';
import { suite } from '../../../runner/guard';

const test = suite('restart-on-change between runs');
test.after.each(closeWatches);

test('a change before the start of a run is in it, one while it starts is not', async () => {
  const folder = makeTemporaryFolder();
  const file = join(folder, 'app.yml');
  writeFileSync(file, 'one');
  const { begin, pass, watch, clock } = watchIn(folder, ['app.yml']);
  await begin();
  watch.end();
  clock.advance(10);
  writeFileSync(file, 'two');
  assert.equal(await pass(10), []);
  await begin();
  assert.equal(await pass(60), []);
  watch.end();
  const startedAt = clock.now();
  clock.advance(1);
  writeFileSync(file, 'three');
  assert.equal(await pass(2), []);
  await watch.begin({ pid: 9, startedAt });
  assert.equal(await pass(1), ['app.yml has changed']);
});

test('what a program writes at each of its starts leads to one restart at most', async () => {
  const folder = makeTemporaryFolder();
  const own = join(folder, 'own');
  const { pass, watch, clock, failures } = watchIn(folder, ['.']);
  const startOnce = async (text: string) => {
    const startedAt = clock.now();
    clock.advance(1);
    writeFileSync(own, text);
    await watch.look();
    await watch.begin({ pid: clock.now(), startedAt });
    const restarts = await pass(60);
    watch.end();
    return restarts;
  };
  await watch.look();
  assert.equal(await startOnce('one'), ['own has changed']);
  assert.equal(await startOnce('two'), []);
  assert.match(failures.join(), /own: it changes at each start/);
  assert.equal(await startOnce('three'), []);
  assert.is(failures.length, 1);
});

test('a manager that follows another one notices what has changed in between', async () => {
  const folder = makeTemporaryFolder();
  const file = join(folder, 'app.yml');
  writeFileSync(file, 'one');
  const former = watchIn(folder, ['app.yml']);
  await former.begin();
  former.watch.close();
  const same = watchIn(folder, ['app.yml'], former.saved());
  await same.begin();
  assert.equal(await same.pass(60), []);
  same.watch.close();
  writeFileSync(file, 'two');
  const next = watchIn(folder, ['app.yml'], same.saved());
  await next.begin();
  assert.equal(await next.pass(1), ['app.yml has changed']);
});

test.run();
