import * as assert from 'uvu/assert';
import { Waiters } from '../../../../src/manager/control/waiters';
import { suite } from '../../../runner/guard';

const test = suite('waiters');

const failed = (retry: boolean) => ({ outcome: 'failed' as const, reason: 'it ended', lines: [], retry });

test('everybody who waits for a start hears the same, once', async () => {
  const waiters = new Waiters();
  const hopes = [waiters.awaitStart(false), waiters.awaitStart(true), waiters.awaitStart(false)];
  waiters.settleStarts({ outcome: 'started', pid: 5 });
  waiters.settleStarts({ outcome: 'cancelled' });
  assert.equal(await Promise.all(hopes), Array(3).fill({ outcome: 'started', pid: 5 }));
});

test('the patient wait through failures that will be repeated, not through the last one', async () => {
  const waiters = new Waiters();
  const impatient = waiters.awaitStart(false);
  const patient = waiters.awaitStart(true);
  waiters.settleStarts(failed(true));
  waiters.settleStarts(failed(false));
  assert.equal(await impatient, failed(true));
  assert.equal(await patient, failed(false));
});

test('the patient hear of a cancelled start like everybody else', async () => {
  const waiters = new Waiters();
  const patient = waiters.awaitStart(true);
  waiters.settleStarts({ outcome: 'cancelled' });
  assert.equal(await patient, { outcome: 'cancelled' });
});

test('stops, starts and ends are told apart', async () => {
  const waiters = new Waiters();
  const heard: string[] = [];
  const stop = waiters.awaitStop().then(({ outcome }) => heard.push(`stop ${outcome}`));
  const end = waiters.awaitEnd().then(() => heard.push('end'));
  waiters.settleStarts({ outcome: 'started', pid: 5 });
  await Promise.resolve();
  assert.equal(heard, []);
  waiters.settleEnds();
  await end;
  assert.equal(heard, ['end']);
  waiters.settleStops({ outcome: 'cancelled' });
  await stop;
  assert.equal(heard, ['end', 'stop cancelled']);
});

test('who begins to wait while others are told hears the next news', async () => {
  const waiters = new Waiters();
  const first = waiters.awaitStop();
  waiters.settleStops({ outcome: 'cancelled' });
  const second = waiters.awaitStop();
  waiters.settleStops({ outcome: 'stopped' });
  assert.equal([await first, await second], [{ outcome: 'cancelled' }, { outcome: 'stopped' }]);
});

test.run();
