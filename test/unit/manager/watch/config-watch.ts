import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { ConfigWatch } from '../../../../src/manager/watch/config-watch';
import { FakeClock } from '../../../helpers/fake-clock';
import { sampleOrder, sampleSettings } from '../../../helpers/sample-order';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const test = suite('watch-config');
const open: ConfigWatch[] = [];
test.after.each(() => {
  for (const one of open.splice(0)) one.close();
});

test('what is saved during a handover is applied once it has failed', () => {
  const { watch, clock, applied, state } = makeWatch();
  state.isActing = false;
  watch.applySoon();
  clock.advance(5);
  assert.is(applied.length, 0);
  state.isActing = true;
  clock.advance(1);
  assert.is(applied.length, 1);
});

test('what is saved while a file is applied is applied next, but not once the setting is gone', async () => {
  for (const isGone of [false, true]) {
    const { watch, clock, applied, state } = makeWatch();
    for (const _ of [1, 2, 3]) {
      watch.applySoon();
      clock.advance(1);
    }
    assert.is(applied.length, 1);
    if (isGone) {
      state.watchConfig = false;
      watch.update();
    }
    applied[0]?.();
    await new Promise(setImmediate);
    assert.is(applied.length, isGone ? 1 : 2);
  }
});

function makeWatch() {
  const file = join(makeTemporaryFolder(), 'app.conf');
  writeFileSync(file, '');
  const clock = new FakeClock();
  const state = { isActing: true, watchConfig: true };
  /** Each ends the run of zd apply that it stands for. */
  const applied: (() => void)[] = [];
  const watch = new ConfigWatch({
    clock,
    eventLog: { log() {} },
    order: () => ({
      ...sampleOrder(),
      source: { file, flags: [] },
      settings: { ...sampleSettings(), watchConfig: state.watchConfig },
    }),
    environment: {},
    emit() {},
    isActing: () => state.isActing,
    run: () => new Promise(resolve => applied.push(() => resolve({ status: 0, reason: '' }))),
  });
  open.push(watch);
  watch.update();
  return { watch, clock, applied, state };
}

test.run();
