import * as assert from 'uvu/assert';
import { Readers } from '../../../../src/manager/events/readers';
import type { Subscriber } from '../../../../src/manager/events/stream';
import { Ring } from '../../../../src/manager/transcript/ring';
import type { Transcript } from '../../../../src/manager/transcript/transcript';
import { SUBSCRIBER_BYTES } from '../../../../src/protocol/events';
import { type LineNotice, MOST_READERS, readLine } from '../../../../src/protocol/output-lines';
import { suite } from '../../../runner/guard';

const test = suite('readers of lines');

class Reader implements Subscriber {
  readonly notices: LineNotice[] = [];
  waiting = 0;
  hasEnded = false;
  isClosed = false;
  /** Whether it reads what it gets. */
  reads = true;

  send(text: string): void {
    if (!this.reads) this.waiting += text.length;
    for (const line of text.split('\n').slice(0, -1)) {
      const notice = readLine(line);
      assert.ok(notice, line);
      this.notices.push(notice as LineNotice);
    }
  }

  close(): void {
    this.isClosed = true;
  }

  get seen() {
    return this.notices.map(one => ('dropped' in one ? one : `${one.n} ${one.bytes}`));
  }
}

/** A transcript with one stream or two, and those who read it. */
function open({ streams = 1, isUp = true } = {}) {
  const ring = new Ring(64);
  let watchers: ((bytes: Buffer) => void)[] = [];
  const transcript = {
    ring,
    console: null,
    readLast: () => ring.read(),
    watch(make: () => (bytes: Buffer) => void) {
      watchers = Array.from({ length: streams }, make);
      return () => {
        watchers = [];
      };
    },
  } as unknown as Transcript;
  const events: ConstructorParameters<typeof Readers>[0]['events'] = { heard: null };
  const readers = new Readers({ events, transcript: () => transcript, isUp: () => isUp });
  const write = (text: string | Buffer, stream = 0) => {
    ring.add(Buffer.from(text));
    watchers[stream]?.(Buffer.from(text));
  };
  const admit = (reader: Reader, lines = 0) => {
    const { reply, follow } = readers.read({ lines });
    return { reply, ...follow(reader) };
  };
  const exit = () => events.heard?.({ event: 'exited', n: 1, at: 1, program: 'app' });
  return { readers, write, admit, exit, isWatched: () => watchers.length > 0 };
}

test('a reader gets the last lines, then each new one with its number', () => {
  const { write, admit } = open();
  write('one\ntwo\nthr');
  const reader = new Reader();
  const { reply } = admit(reader, 1);
  assert.equal([reply.lines, reply.n, reply.isWhole], [[{ text: 'two' }], 0, false]);
  write('ee\nfour\n');
  assert.equal(reader.seen, ['1 three', '2 four']);
  const second = new Reader();
  assert.equal(admit(second, 9).reply.lines.at(-1), { text: 'four' });
  write('five\n');
  assert.equal(second.seen, ['3 five']);
});

test('where the memory begins inside a line, that line is left out', () => {
  const { write, admit } = open();
  write(`${'x'.repeat(80)}\nlast\n`);
  const { reply } = admit(new Reader(), 5);
  assert.equal([reply.lines, reply.isWhole], [[{ text: 'last' }], false]);
});

test('bytes that are not UTF-8 come through, and the second stream is named', () => {
  const { write, admit } = open({ streams: 2 });
  const reader = new Reader();
  admit(reader);
  write(Buffer.from([0xff, 0x00, 0x0a]));
  write('é\n', 1);
  const [first, second] = reader.notices as Extract<LineNotice, { n: number }>[];
  assert.equal([...(first?.bytes ?? [])], [0xff, 0x00]);
  assert.equal([second?.bytes.toString(), first?.isError, second?.isError], ['é', false, true]);
});

test('the last line of a program that exits needs no end', () => {
  const { write, admit, exit } = open();
  const reader = new Reader();
  admit(reader);
  write('last words');
  exit();
  write('next\n');
  assert.equal(reader.seen, ['1 last words', '2 next']);
});

test('so it is with one that has exited before', () => {
  const { write, admit } = open({ isUp: false });
  write('last words');
  const reader = new Reader();
  assert.equal(admit(reader, 5).reply.lines, [{ text: 'last words' }]);
  write('next\n');
  assert.equal(reader.seen, ['1 next']);
});

test('for a reader that does not read, lines are dropped and counted; others get all', () => {
  const { write, admit } = open();
  const slow = new Reader();
  const quick = new Reader();
  slow.reads = false;
  const { drained } = admit(slow);
  admit(quick);
  const line = `${'x'.repeat(999)}\n`;
  const sent = Math.ceil(SUBSCRIBER_BYTES / 1000) + 100;
  for (let count = 0; count < sent; count++) write(line);
  assert.ok(slow.waiting <= SUBSCRIBER_BYTES);
  assert.is(quick.notices.length, sent);
  const got = slow.notices.length;
  slow.waiting = 0;
  drained();
  assert.equal(slow.notices.at(-1), { dropped: sent - got });
  write('after\n');
  assert.equal(slow.seen.at(-1), `${sent + 1} after`);
});

test('if nobody reads, lines are only counted, and the numbers stay right', () => {
  const { write, admit } = open();
  const slow = new Reader();
  admit(slow);
  slow.waiting = SUBSCRIBER_BYTES;
  write('one\ntwo\nthr');
  slow.waiting = 0;
  write('ee\n');
  assert.equal(slow.seen, [{ dropped: 2 }, '3 three']);
});

test('nothing is watched without a reader', async () => {
  const { readers, admit, isWatched } = open();
  const { closed } = admit(new Reader());
  const other = admit(new Reader());
  closed();
  assert.ok(isWatched());
  other.closed();
  assert.not(isWatched());
  // A connection that has ended before its reply.
  readers.read({ lines: 1 });
  await new Promise(resolve => setImmediate(resolve));
  assert.not(isWatched());
});

test(`there are at most ${MOST_READERS}, and one that has gone makes room`, () => {
  const { admit } = open();
  const all = Array.from({ length: MOST_READERS }, () => new Reader());
  for (const one of all) admit(one);
  assert.throws(() => admit(new Reader()), /readers already/);
  (all[3] as Reader).hasEnded = true;
  admit(new Reader());
  assert.ok(all[3]?.isClosed);
});

test.run();
