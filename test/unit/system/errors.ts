import { execFileSync } from 'node:child_process';
import { openSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { describeReason, ExitStatus, errorCode, UsageError, UserError } from '../../../src/system/errors';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('errors');

test("a reason is the system's message, without code, call and path", () => {
  const missing = join(makeTemporaryFolder(), 'no such, file');
  assert.is(describeReason(caught(() => openSync(missing, 'r'))), 'no such file or directory');
  assert.is(describeReason(caught(() => renameSync(missing, '/x'))), 'no such file or directory');
  assert.is(describeReason(caught(() => symlinkSync('x', makeTemporaryFolder()))), 'file already exists');
});

test('the reason of any other error is its message, and of a non-error its text', () => {
  assert.is(describeReason(new Error('strange: thing')), 'strange: thing');
  assert.is(describeReason('plain'), 'plain');
  assert.is(describeReason(undefined), 'undefined');
});

test('only errors of the system have a code', () => {
  assert.is(errorCode(caught(() => execFileSync('/nonexistent/program'))), 'ENOENT');
  assert.is(errorCode(new Error('x')), '');
  assert.is(errorCode({ code: 'ENOENT' }), '');
  assert.is(errorCode(null), '');
});

test('a user error exits with 1, a usage error with 2, unless specified otherwise', () => {
  assert.is(new UserError('x').status, ExitStatus.failed);
  assert.is(new UserError('x', ExitStatus.notRunning).status, 3);
  const usage = new UsageError('unknown option');
  assert.is(usage.status, ExitStatus.usage);
  assert.instance(usage, UserError);
  assert.is(usage.name, 'UsageError');
  assert.is(usage.message, 'unknown option');
});

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test.run();
