import type { openSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { acquireLock, chooseLockWay, findLock, lockWords } from '../../../src/state/lock';
import { suite } from '../../runner/guard';

const test = suite('lock');

test('flock(1) on Linux, open(2) where it can lock', () => {
  assert.is(chooseLockWay('linux'), 'flock');
  for (const platform of ['darwin', 'freebsd', 'openbsd', 'netbsd'])
    assert.is(chooseLockWay(platform), 'O_EXLOCK');
});

test('the command line that runs a manager under its lock', () => {
  assert.equal(lockWords('flock', '/run/.s.zd', ['node', 'm.js']), [
    ...['flock', '-n', '-E', '75', '-F', '/run/.s.zd/', 'node', 'm.js'],
  ]);
  assert.equal(lockWords('O_EXLOCK', '/run/.s.zd', ['node', 'm.js']), ['node', 'm.js']);
});

test('with open(2), opening the folder acquires the lock, unless another process holds it', () => {
  const held = (() => {
    throw Object.assign(new Error('busy'), { code: 'EAGAIN' });
  }) as unknown as typeof openSync;
  const broken = (() => {
    throw Object.assign(new Error('no such folder'), { code: 'ENOENT' });
  }) as unknown as typeof openSync;
  let flags = 0;
  const free = ((_: string, given: number) => {
    flags = given;
    return 77;
  }) as unknown as typeof openSync;
  assert.is(acquireLock('/f', 'O_EXLOCK', held), false);
  assert.throws(() => acquireLock('/f', 'O_EXLOCK', broken), 'no such folder');
  assert.is(acquireLock('/f', 'O_EXLOCK', free), true);
  assert.is(flags & 0x20, 0x20);
  assert.is(findLock('/f'), 77);
});

test('with flock(1), the lock is already acquired', () => {
  assert.is(acquireLock('/f', 'flock'), true);
});

test.run();
