import * as assert from 'uvu/assert';
import { Waiters } from '../../../../src/manager/control/waiters';
import { suite } from '../../../runner/guard';

const test = suite('waiters');

const failed = (retry: boolean) => ({ outcome: 'failed' as const, reason: 'it ended', lines: [], retry });

test('all waiting starts get the same outcome, once', async () => {
  const waiters = new Waiters();
  const hopes = [waiters.awaitStart(false), waiters.awaitStart(true), waiters.awaitStart(false)];
  waiters.settleStarts({ outcome: 'started', pid: 5 });
  waiters.settleStarts({ outcome: 'cancelled' });
  assert.equal(await Promise.all(hopes), Array(3).fill({ outcome: 'started', pid: 5 }));
});

test('patient starts wait through failures that will be retried, but not through the last one', async () => {
  const waiters = new Waiters();
  const impatient = waiters.awaitStart(false);
  const patient = waiters.awaitStart(true);
  waiters.settleStarts(failed(true));
  waiters.settleStarts(failed(false));
  assert.equal(await impatient, failed(true));
  assert.equal(await patient, failed(false));
});

test('patient starts get a cancellation like all others', async () => {
  const waiters = new Waiters();
  const patient = waiters.awaitStart(true);
  waiters.settleStarts({ outcome: 'cancelled' });
  assert.equal(await patient, { outcome: 'cancelled' });
});

test('stops, starts and ends are separate', async () => {
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

test('a request that starts waiting during an outcome gets the next one', async () => {
  const waiters = new Waiters();
  const first = waiters.awaitStop();
  waiters.settleStops({ outcome: 'cancelled' });
  const second = waiters.awaitStop();
  waiters.settleStops({ outcome: 'stopped' });
  assert.equal([await first, await second], [{ outcome: 'cancelled' }, { outcome: 'stopped' }]);
});

test.run();
