import { Writable } from 'node:stream';
import * as assert from 'uvu/assert';
import { waitForRoom } from '../../../src/commands/attach/room';
import { suite } from '../../runner/guard';

const test = suite('room of a terminal');

const EVENTS = ['drain', 'close', 'error'];

/** A terminal that is full after each byte. */
function makeTerminal(): Writable {
  return new Writable({ highWaterMark: 1, write: (_bytes, _encoding, done) => setImmediate(done) });
}

const countListeners = (stream: Writable) => EVENTS.map(event => stream.listenerCount(event));

test('waiting again and again leaves no listener', async () => {
  const terminal = makeTerminal();
  const before = countListeners(terminal);
  for (let count = 0; count < 20; count++) {
    assert.not(terminal.write('xx'));
    await waitForRoom(terminal);
  }
  assert.equal(countListeners(terminal), before);
});

test('a terminal that is closed is waited for no longer', async () => {
  const terminal = makeTerminal();
  const before = countListeners(terminal);
  const wait = waitForRoom(terminal);
  terminal.destroy();
  await wait;
  assert.equal(countListeners(terminal), before);
});

test('an error of a terminal ends the wait, and is not thrown', async () => {
  const terminal = makeTerminal();
  terminal.on('error', () => {});
  const before = countListeners(terminal);
  const wait = waitForRoom(terminal);
  terminal.destroy(new Error('EIO'));
  await wait;
  assert.equal(countListeners(terminal), before);
});

test.run();
