import { getEventListeners } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { launchManager } from '../../../src/client/launch';
import { writeOrder } from '../../../src/client/order';
import type { LaunchOrder } from '../../../src/protocol/launch-order';
import { parseArguments } from '../../../src/settings/argv';
import { resolveConfiguration } from '../../../src/settings/resolve';
import { chooseLockWay } from '../../../src/state/lock';
import { UserError } from '../../../src/system/errors';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('launch');
const withoutFlock = chooseLockWay() !== 'flock' && 'needs flock(1)';
const isRoot = process.getuid?.() === 0;
const asUser = withoutFlock || (isRoot && 'root may open every folder');

test.skipIf(withoutFlock, 'a state folder that has gone is named', async () => {
  const order = makeOrder({ stateFolder: join(makeTemporaryFolder(), 'gone') });
  const message = await failingLaunch(order);
  assert.is(
    message,
    `cannot lock the state folder ${order.stateFolder}: no such file or directory; it was removed just now; try again`,
  );
});

test.skipIf(asUser, 'a state folder that may not be opened is named', async () => {
  const stateFolder = join(makeTemporaryFolder(), 'closed');
  mkdirSync(stateFolder);
  chmodSync(stateFolder, 0);
  const message = await failingLaunch(makeOrder({ stateFolder }));
  assert.is(
    message,
    `cannot lock the state folder ${stateFolder}: permission denied; chmod 700 ${stateFolder}, or use -s with a folder of your own`,
  );
});

test('more words than the system takes are told in a sentence', async () => {
  const args = ['x'.repeat(4 << 20)];
  assert.is(await failingLaunch(makeOrder({ args })), 'cannot start the manager: argument list too long');
});

test('a launch that has ended leaves no listener', async () => {
  const { signal } = new AbortController();
  // Beside the source there is no manager to be started.
  const failing = failingLaunch(makeOrder({}), signal);
  assert.is(getEventListeners(signal, 'abort').length, 1);
  await failing;
  assert.is(getEventListeners(signal, 'abort').length, 0);
});

function makeOrder(own: Partial<LaunchOrder>): LaunchOrder {
  const socket = join(makeTemporaryFolder(), 'zdsock');
  const configuration = resolveConfiguration({ argv: parseArguments(['-p', 'sleep 1', '-s', socket]) });
  return { ...writeOrder({ configuration, args: [], user: null, patient: false }), ...own };
}

/** @returns the message of the failed launch */
function failingLaunch(order: LaunchOrder, signal = new AbortController().signal): Promise<string> {
  return launchManager(order, signal).then(
    ({ outcome }) => `no failure: ${outcome}`,
    (error: unknown) => (error instanceof UserError ? error.message : `no UserError: ${error}`),
  );
}

test.run();
