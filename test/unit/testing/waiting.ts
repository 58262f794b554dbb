import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { makeTemporaryFolder } from '../../helpers/temp';
import { until, waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('waiting');

test('within passes a value and an error on', async () => {
  assert.is(await within(5, Promise.resolve(7), 'seven'), 7);
  await rejects(within(5, Promise.reject(new Error('own')), 'x'), 'own');
});

test('within names what did not come, with its context', async () => {
  await rejects(
    within(0.01, new Promise(() => {}), 'the answer', () => 'so far: nothing'),
    'waited 0.01 s for the answer\nso far: nothing',
  );
});

test('until returns the first truthy value and counts errors as not yet', async () => {
  let calls = 0;
  const value = await until(5, 'the third call', () => {
    calls += 1;
    if (calls === 1) throw new Error('early');
    return calls === 3 && 'third';
  });
  assert.is(value, 'third');
});

test('until tells what it saw last', async () => {
  await rejects(
    until(0.05, 'a miracle', () => 0),
    'waited 0.05 s for a miracle\nlast seen: 0',
  );
});

test('waitForFile sees a file that comes later, by growth or by rename', async () => {
  const path = join(makeTemporaryFolder(), 'ready');
  const found = waitForFile(path, text => text.endsWith('go\n'));
  writeFileSync(path, 'not yet\n');
  writeFileSync(`${path}.new`, 'go\n');
  renameSync(`${path}.new`, path);
  assert.is(await found, 'go\n');
  await rejects(
    waitForFile(path, () => false, 0.05),
    `the expected text in ${path}\nlast seen: 'go\\n'`,
  );
});

async function rejects(promise: Promise<unknown>, part: string): Promise<void> {
  const error = await promise.then(
    () => null,
    reason => reason,
  );
  assert.instance(error, Error);
  assert.match(error.message, part);
}

test.run();
