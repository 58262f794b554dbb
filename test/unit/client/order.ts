import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { writeOrder, writeRefresh } from '../../../src/client/order';
import { checkStartParams } from '../../../src/manager/control/params';
import { ORDER_VERSION } from '../../../src/protocol/launch-order';
import { parseArguments } from '../../../src/settings/argv';
import { resolveConfiguration } from '../../../src/settings/resolve';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('order');

let folder: string;
test.before.each(() => {
  folder = makeTemporaryFolder();
});

test('an order names every place absolutely and makes its folders', () => {
  const order = write('-p', 'sleep 1', '-s', join(folder, 's'), '-z', join(folder, 'new'), '-t', 'log');
  assert.is(order.version, ORDER_VERSION);
  assert.is(order.socket, join(folder, 's'));
  assert.is(order.settings.directory, join(folder, 'new'));
  assert.ok(statSync(order.settings.directory ?? '').isDirectory());
  assert.is(statSync(order.stateFolder).mode & 0o777, 0o700);
  assert.is(order.startDirectory, process.cwd());
  assert.is(order.settings.transcript, join(folder, 'new', 'log'));
  assert.equal([order.settings.program, order.args], [['sleep', '1'], ['x y']]);
});

test('the first start must hold, unless it is to be tried for ever or in the way of zdaemon', () => {
  const flags = ['-p', 'x', '-s', join(folder, 's')];
  assert.ok(write(...flags).firstStartMustHold);
  assert.not(write(...flags, '-f').firstStartMustHold);
  const configuration = configure(...flags);
  assert.not(writeOrder({ configuration, args: [], user: null, patient: true }).firstStartMustHold);
});

test('an order survives its way through JSON', () => {
  const order = write('-p', 'x', '-s', join(folder, 's'));
  assert.equal(JSON.parse(JSON.stringify(order)), order);
});

test('without a file a living manager keeps what it has, but for the words of the command', () => {
  assert.equal(writeRefresh(configure('-p', 'x', '-b', '3'), []), {});
  assert.equal(writeRefresh(configure('-p', 'x'), ['a b']), { args: ['a b'] });
});

test('what a file says anew is taken by the manager to the last setting', () => {
  writeFileSync(
    join(folder, 'c'),
    '[runner]\nprogram = a "b c"\nbackoff-limit = 0\nexit-codes = -1\nstop-timeout = 0\nstart-seconds = 1.5\n[environment]\nA = x=y\n',
  );
  const refresh = writeRefresh(configure('-C', join(folder, 'c'), '-s', join(folder, 's')), ['d']);
  assert.equal([refresh.program, refresh.args, refresh.environment], [['a', 'b c'], ['d'], { A: 'x=y' }]);
  const sent = JSON.parse(JSON.stringify({ patient: false, refresh }));
  assert.equal(checkStartParams(sent), { patient: false, refresh });
});

function configure(...words: string[]) {
  return resolveConfiguration({ argv: parseArguments(words) });
}

function write(...words: string[]) {
  return writeOrder({ configuration: configure(...words), args: ['x y'], user: null, patient: false });
}

test.run();
