import * as assert from 'uvu/assert';
import { newsOf } from '../../../../src/manager/events/news';
import { newLifecycle, step } from '../../../../src/manager/lifecycle/table';
import type { Event, Lifecycle } from '../../../../src/manager/lifecycle/types';
import { usualRules } from '../../../helpers/lifecycle';
import { suite } from '../../../runner/guard';

const test = suite('news of the lifecycle');

/** Takes steps one second apart. @returns the events, and the state in the end */
function live(events: Event[], own: Partial<typeof usualRules> = {}) {
  const rules = { ...usualRules, startSeconds: 0, ...own };
  let life: Lifecycle = newLifecycle();
  const kinds: string[] = [];
  for (const [index, event] of events.entries()) {
    const before = life;
    life = step(before, event, 100 + index, rules).life;
    kinds.push(...newsOf(before, life, event).map(({ event: kind }) => kind));
  }
  return { kinds, life };
}

const exit = (code: number | null, signal: number | null = null): Event => ({
  name: 'exited',
  ending: { code, signal },
});

test('a start, a crash, the next start and a stop', () => {
  const { kinds } = live([
    { name: 'start' },
    { name: 'spawned', pid: 5 },
    exit(1),
    { name: 'deadline' },
    { name: 'spawned', pid: 6 },
    { name: 'stop' },
    exit(null, 15),
    { name: 'groupGone' },
  ]);
  assert.equal(kinds, [
    'starting',
    'started',
    'exited',
    'starting',
    'started',
    'stopping',
    'exited',
    'stopped',
  ]);
});

test('a restart is not a stop', () => {
  const { kinds } = live([
    { name: 'start' },
    { name: 'spawned', pid: 5 },
    { name: 'restart' },
    exit(0),
    { name: 'groupGone' },
    { name: 'spawned', pid: 6 },
  ]);
  assert.equal(kinds, ['starting', 'started', 'restarting', 'exited', 'starting', 'started']);
});

test('a second request of the same kind is no news', () => {
  const { kinds } = live([
    { name: 'start' },
    { name: 'spawned', pid: 5 },
    { name: 'stop' },
    { name: 'stop' },
    { name: 'start' },
    { name: 'restart' },
  ]);
  // The start has cancelled the stop.
  assert.equal(kinds, ['starting', 'started', 'stopping', 'started', 'restarting']);
});

test('a first start that fails, and a manager that gives up', () => {
  const failing = live([{ name: 'start' }, { name: 'spawned', pid: 5 }, exit(3)], {
    startSeconds: 1,
    firstStartMustHold: true,
  });
  assert.equal(failing.kinds, ['starting', 'exited', 'failed']);
  const { kinds } = live([{ name: 'start' }, { name: 'spawnFailed', reason: 'no such file' }], {
    backoffLimit: 1,
  });
  assert.equal(kinds, ['exited', 'gave-up']);
});

test('readiness is news of its own, before the program counts as started', () => {
  const { kinds } = live(
    [{ name: 'start' }, { name: 'spawned', pid: 5 }, { name: 'tested' }, { name: 'tested' }],
    { hasReadiness: true },
  );
  assert.equal(kinds, ['starting', 'ready', 'started']);
});

test.run();
