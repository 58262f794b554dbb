import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { makeSink } from '../../../helpers/fake-sink';
import { suite } from '../../../runner/guard';

const test = suite('sink');

test('writes its input, and arms no timer', () => {
  const { file, sink, write, clock } = makeSink();
  write('one\n');
  write('two\n');
  assert.is(file.written, 'one\ntwo\n');
  assert.equal([sink.problem, sink.held, sink.lost, clock.pending], [null, 0, 0, 0]);
});

test('stores bytes that the disk has no space for, and writes them later in order', () => {
  const { file, sink, write, clock, told } = makeSink();
  file.room = 2;
  write('one\n');
  write('two\n');
  assert.equal([file.written, sink.problem, sink.held, sink.lost], ['on', 'ENOSPC', 6, 0]);
  file.room = 3;
  clock.advance(0.5);
  assert.equal([file.written, sink.held], ['one\nt', 3]);
  file.room = 100;
  clock.advance(0.5);
  write('three\n');
  assert.is(file.written, 'one\ntwo\nthree\n');
  assert.equal([sink.problem, sink.held, clock.pending], [null, 0, 0]);
  assert.is(told.length, 2);
});

test('drops and counts bytes beyond the limit, between lines, and reports them in one line', () => {
  const { file, sink, write, clock } = makeSink();
  file.room = 0;
  write('one\ntwo\nthree\nfour\n');
  assert.equal([sink.held, sink.lost], [8, 11]);
  clock.advance(0.25);
  write('x\n');
  assert.equal([sink.held, sink.lost], [8, 13]);
  file.room = 1000;
  clock.advance(0.25);
  write('five\n');
  assert.match(
    file.written,
    /^one\ntwo\nzd: 13 bytes of output were lost from \S+T\S+ to \S+T\S+: ENOSPC\nfive\n$/,
  );
  assert.equal([sink.problem, sink.lost], [null, 13]);
});

test('puts its message on a separate line', () => {
  const { file, write, clock } = makeSink();
  file.room = 0;
  write('0123456789abc');
  file.room = 1000;
  clock.advance(0.5);
  assert.match(file.written, /^0123456789\nzd: 3 bytes/);
});

test('continues to drop until all waiting bytes are written, so that there is one gap', () => {
  const { file, sink, write, clock } = makeSink();
  file.room = 0;
  write('01234567\n');
  write('ab\n');
  file.room = 5;
  clock.advance(0.5);
  write('cd\n');
  assert.equal([file.written, sink.held, sink.lost], ['01234', 4, 6]);
  file.room = 1000;
  clock.advance(0.5);
  assert.match(file.written, /^01234567\nzd: 6 bytes/);
});

test('counts each byte once, wherever and for however long the disk is full', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('write'), length: fc.nat(30) }),
    fc.record({ do: fc.constant('room'), length: fc.nat(200) }),
    fc.record({ do: fc.constant('wait'), length: fc.nat(3) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const { file, sink, write, clock } = makeSink();
      file.room = 20;
      let said = '';
      for (const { do: what, length } of steps) {
        if (what === 'write') {
          const from = said.length;
          for (let at = 0; at < length; at += 1) said += (from + at) % 7 === 6 ? '\n' : letter(from + at);
          write(said.slice(from));
        } else if (what === 'room') file.room = length;
        else clock.advance(length / 2);
      }
      file.room = 1e9;
      clock.advance(1);
      const { text, lost } = resolveGaps(file.written, said);
      assert.is(text, said);
      assert.is(sink.lost, lost);
    }),
    // The first is a run whose first lost byte was a newline.
    { numRuns: 500, examples: [[LOST_NEWLINE]] },
  );
});

test('reopens a removed file before it writes', () => {
  const { file, write, clock } = makeSink();
  write('one\n');
  file.gone = true;
  clock.advance(1);
  write('two\n');
  assert.is(file.reopened, 1);
});

test('stores output while the folder is missing', () => {
  const { file, sink, write, clock } = makeSink();
  file.gone = true;
  file.reopenFault = new Error('no such folder');
  write('one\n');
  assert.equal([file.written, sink.problem, sink.held], ['', 'no such folder', 4]);
  file.reopenFault = null;
  clock.advance(0.5);
  assert.equal([file.written, sink.problem], ['one\n', null]);
});

test('reopens the file when writing fails', () => {
  const { file, sink, write, clock } = makeSink();
  file.room = 0;
  file.code = 'EIO';
  write('one\n');
  clock.advance(0.5);
  assert.equal([file.reopened, sink.problem], [1, 'EIO']);
  sink.reopen();
  assert.is(file.reopened >= 2, true);
});

test('reopening writes the waiting bytes immediately', () => {
  const { file, sink, write } = makeSink();
  file.room = 0;
  write('one\n');
  file.room = 100;
  sink.reopen();
  assert.equal([file.written, sink.problem], ['one\n', null]);
});

test('makes the program wait with transcript-full = block, and loses nothing', () => {
  const { file, sink, write, clock, rooms } = makeSink({ whenFull: 'block' });
  file.room = 0;
  write('01234');
  assert.is(sink.isFull, false);
  write('56789abcdef');
  assert.equal([sink.isFull, sink.lost, sink.held], [true, 0, 16]);
  file.room = 10;
  clock.advance(0.5);
  assert.equal([sink.isFull, rooms()], [false, 1]);
  file.room = 100;
  clock.advance(0.5);
  assert.equal([file.written, rooms()], ['0123456789abcdef', 1]);
});

test('waits only briefly for a slow reader, and logs nothing', () => {
  const { file, write, clock, told } = makeSink();
  file.room = 1;
  file.code = 'EAGAIN';
  write('one\n');
  file.room = 100;
  clock.advance(0.02);
  assert.equal([file.written, told], ['one\n', []]);
});

test('counts and logs the waiting bytes as lost when it is closed', () => {
  const { file, sink, write, told } = makeSink();
  file.room = 0;
  write('one\n');
  sink.close();
  assert.is(sink.lost, 4);
  assert.match(told.at(-1) ?? '', /^error: 4 bytes of output for \/log\/app\.log were lost/);
  assert.is(file.closed, true);
});

/** Letters that cannot spell `zd:`. */
function letter(at: number): string {
  return 'abcdefghijklmnop'[at % 16] ?? '';
}

/** Reinserts the output that the file reports as missing. */
function resolveGaps(written: string, said: string): { text: string; lost: number } {
  const read = (rest: string, text: string, lost: number): { text: string; lost: number } => {
    const found = MARKER.exec(rest);
    if (!found) return { text: text + rest, lost };
    const bytes = Number(found[1]);
    const before = text + rest.slice(0, found.index);
    const after = rest.slice(found.index + found[0].length);
    // The newline before the message is the output's or the sink's. Where it can be either, what follows decides.
    const readings = [before, before.replace(/\n$/, '')]
      .filter(start => said.startsWith(start))
      .map(start => read(after, start + said.slice(start.length, start.length + bytes), lost + bytes));
    return readings.find(reading => reading.text === said) ?? readings[0] ?? { text: before, lost };
  };
  return read(written, '', 0);
}

const LOST_NEWLINE = [
  { do: 'room', length: 17 },
  { do: 'write', length: 22 },
  { do: 'room', length: 90 },
  { do: 'write', length: 6 },
  { do: 'wait', length: 1 },
  { do: 'write', length: 1 },
];
const MARKER = /zd: (\d+) bytes of output were lost[^\n]*\n/;

test.run();
