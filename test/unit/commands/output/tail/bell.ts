import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { Bell, watchPaths } from '../../../../../src/commands/output/tail/bell';
import { systemClock } from '../../../../../src/system/clock';
import { makeTemporaryFolder } from '../../../../helpers/temp';
import { within } from '../../../../helpers/within';
import { suite } from '../../../../runner/guard';

const test = suite('logtail bell');

test('a ring while nobody waits is remembered, as one', async () => {
  const { signal } = new AbortController();
  const bell = new Bell(systemClock, signal);
  bell.ring();
  bell.ring();
  await within(30, bell.wait(null), 'the remembered ring');
  let over = false;
  const second = bell.wait(null).then(() => {
    over = true;
  });
  await new Promise(resolve => setImmediate(resolve));
  assert.not(over);
  bell.ring();
  await within(30, second, 'the second ring');
});

test('what cannot be watched is told, so that a look now and then takes its place', async () => {
  const { signal } = new AbortController();
  const asked: number[] = [];
  const clock = {
    ...systemClock,
    after(seconds: number, act: () => void) {
      asked.push(seconds);
      setImmediate(act);
      return () => {};
    },
  };
  const bell = new Bell(clock, signal);
  const watch = watchPaths([join(makeTemporaryFolder(), 'missing')], bell);
  assert.is(watch.complete, false);
  await within(30, bell.wait(1), 'the end of a second');
  assert.equal(asked, [1]);
  watch.close();
});

test.run();
