import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { EventStream, type Subscriber } from '../../../../src/manager/events/stream';
import { MOST_SUBSCRIBERS, readNotification, SUBSCRIBER_BYTES } from '../../../../src/protocol/events';
import { suite } from '../../../runner/guard';

const test = suite('event stream');

class Reader implements Subscriber {
  readonly lines: string[] = [];
  waiting = 0;
  hasEnded = false;
  isClosed = false;
  /** Whether it reads what it gets. */
  reads = true;

  send(line: string): void {
    this.lines.push(line);
    if (!this.reads) this.waiting += line.length;
  }

  close(): void {
    this.isClosed = true;
  }

  get events() {
    return this.lines.map(line => readNotification(line.trim()));
  }
}

function open(last = 0) {
  const saved: number[] = [];
  const stream: EventStream = new EventStream({
    clock: { wall: () => 7 },
    last,
    program: () => 'app',
    observe() {},
    reserve: () => saved.push(stream.reserved),
  });
  return { stream, saved };
}

test('events are numbered, and carry time and name', () => {
  const { stream } = open(41);
  const reader = new Reader();
  stream.subscribe(reader, null);
  stream.emit({ event: 'exited', pid: 3, code: 1 });
  stream.emit({ event: 'starting', pid: 4 });
  assert.equal(reader.events, [
    { n: 42, at: 7, program: 'app', event: 'exited', pid: 3, code: 1 },
    { n: 43, at: 7, program: 'app', event: 'starting', pid: 4 },
  ]);
  assert.is(stream.last, 43);
});

test('a subscriber gets what it has missed since a number, as far as it is kept', () => {
  const { stream } = open();
  for (let count = 0; count < 200; count++) stream.emit({ event: 'reopened' });
  const numbersAfter = (after: number | null) => {
    const reader = new Reader();
    stream.subscribe(reader, after);
    return reader.events.map(event => (event && 'n' in event ? event.n : 0));
  };
  assert.equal(numbersAfter(197), [198, 199, 200]);
  assert.equal(numbersAfter(null), []);
  assert.equal(numbersAfter(200), []);
  const all = numbersAfter(0);
  assert.equal([all.length, all[0], all.at(-1)], [64, 137, 200]);
});

test('one that does not read gets at most a MiB, then the number of what was dropped', () => {
  const { stream } = open();
  const slow = new Reader();
  const quick = new Reader();
  slow.reads = false;
  for (const one of [slow, quick]) stream.subscribe(one, null);
  const reason = 'x'.repeat(10_000);
  for (let count = 0; count < 300; count++) stream.emit({ event: 'hook-failed', reason });
  assert.ok(slow.waiting <= SUBSCRIBER_BYTES);
  assert.is(quick.lines.length, 300);
  const got = slow.lines.length;
  slow.waiting = 0;
  stream.drained(slow);
  assert.equal(slow.events.at(-1), { event: 'dropped', count: 300 - got });
  stream.emit({ event: 'reopened' });
  assert.match(slow.lines.at(-1) ?? '', '"n":301');
});

test('also when there is room again before everything is read', () => {
  const { stream } = open();
  const slow = new Reader();
  stream.subscribe(slow, null);
  slow.waiting = SUBSCRIBER_BYTES;
  stream.emit({ event: 'reopened' });
  slow.waiting = 100;
  stream.emit({ event: 'reopened' });
  assert.equal(slow.events[0], { event: 'dropped', count: 1 });
  assert.is(slow.lines.length, 2);
});

test('there are at most 64 subscribers; one that may have gone makes room', () => {
  const { stream } = open();
  const readers = Array.from({ length: MOST_SUBSCRIBERS }, () => new Reader());
  for (const reader of readers) {
    stream.makeRoom();
    stream.subscribe(reader, null);
  }
  assert.throws(() => stream.makeRoom(), /^there are 64 subscribers already$/);
  const gone = readers[40] as Reader;
  gone.hasEnded = true;
  stream.makeRoom();
  assert.ok(gone.isClosed);
  assert.is(stream.subscribers, 63);
});

test('no number is used that the saved state does not reserve', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 700 }), (first, count) => {
      const { stream, saved } = open(first);
      let known = stream.reserved;
      for (let index = 0; index < count; index++) {
        // At this moment, the manager may be killed.
        assert.ok(stream.last + 1 <= known);
        stream.emit({ event: 'reopened' });
        known = saved.at(-1) ?? known;
      }
      assert.ok(saved.length <= count / 100 + 1, 'it saves rarely');
    }),
  );
});

test('while another manager takes over, the next number is its own; if it gives up, nothing is lost', () => {
  const { stream } = open(10);
  const reader = new Reader();
  stream.subscribe(reader, null);
  stream.hold();
  stream.emit({ event: 'reopened' });
  assert.is(stream.reserved, 10);
  assert.equal(reader.lines, []);
  stream.release();
  assert.match(reader.lines[0] ?? '', '"n":11');
});

test('only a whole notification is read as an event', () => {
  const good = { n: 1, at: 2.5, program: 'app', event: 'ready' };
  const line = (params: unknown, method = 'event') => JSON.stringify({ jsonrpc: '2.0', method, params });
  assert.equal(readNotification(line(good)), good);
  for (const bad of ['', '{', 'null', line(good, 'other'), line(null), line({ ...good, n: 'x' })])
    assert.is(readNotification(bad), null);
  for (const field of ['n', 'at', 'program', 'event'])
    assert.is(readNotification(line({ ...good, [field]: undefined })), null);
});

test.run();
