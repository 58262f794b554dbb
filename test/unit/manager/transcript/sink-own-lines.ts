import * as assert from 'uvu/assert';
import { Stamper } from '../../../../src/manager/transcript/text/stamp';
import { FakeClock } from '../../../helpers/fake-clock';
import { makeSink } from '../../../helpers/fake-sink';
import { suite } from '../../../runner/guard';

/* What a sink adds to the output: messages, and a newline between two runs. */

const test = suite('lines of a sink');

test('its own messages are never counted as output', () => {
  const { file, sink, write } = makeSink();
  file.room = 0;
  write('01234567');
  sink.writeLine('zd: something');
  assert.equal([sink.held, sink.lost], [8, 0]);
});

test('the newline between two runs is never counted as output, however often a run begins', () => {
  const { file, sink, write, clock } = makeSink();
  file.room = 0;
  write('0123456789abc');
  sink.endLine();
  write('defg');
  sink.endLine();
  sink.endLine();
  assert.equal([sink.held, sink.lost], [10, 7]);
  file.room = 1000;
  clock.advance(0.5);
  write('next\n');
  assert.match(file.written, /^0123456789\nzd: 7 bytes [^\n]*\nnext\n$/);
});

test('the newline between two runs has room in a full buffer', () => {
  const { file, sink, write, clock } = makeSink();
  file.room = 0;
  write('0123456789');
  sink.endLine();
  assert.is(sink.lost, 0);
  file.room = 1000;
  clock.advance(0.5);
  write('next\n');
  assert.equal([file.written, sink.lost], ['0123456789\nnext\n', 0]);
});

test('a message at which the disk becomes full is not counted as output', () => {
  const { file, sink, clock } = makeSink();
  file.room = 5;
  sink.writeLine('zd: longer than the buffer');
  assert.is(sink.lost, 0);
  file.room = 1000;
  clock.advance(0.5);
  assert.is(file.written, 'zd: longer than the buffer\n');
});

test('bytes that wait in memory come after the end of the file, whatever that is', () => {
  const { file, sink, write, clock } = makeSink();
  file.room = 2;
  write('one\ntwo\n');
  write('three four\n');
  // As after a reopen: the copier of the old file is gone.
  sink.noteFileEnd(false);
  sink.endLine();
  file.room = 1000;
  clock.advance(0.5);
  write('next\n');
  assert.match(file.written, /^one\ntwo\nzd: 11 bytes [^\n]*\nnext\n$/);
});

test('an unfinished line that waits in memory is ended, although the file ends with a line', () => {
  const { file, sink, write, clock } = makeSink();
  file.room = 4;
  write('one\ntwo');
  sink.noteFileEnd(true);
  sink.endLine();
  file.room = 1000;
  clock.advance(0.5);
  write('next\n');
  assert.is(file.written, 'one\ntwo\nnext\n');
});

test('a run that begins within a gap gets the timestamp of its first line', () => {
  const clock = new FakeClock();
  clock.wallOffset = -1000;
  const { file, sink, write } = makeSink({ clock, limit: 20, stamper: new Stamper('epoch', clock) });
  file.room = 0;
  write('0123456789abc\n');
  write('half');
  sink.endLine();
  write('next\n');
  assert.is(sink.lost, '0.000 half0.000 next\n'.length);
});

test('stamps lines, and starts a new line after its own message', () => {
  const clock = new FakeClock();
  clock.wallOffset = -1000;
  const { file, sink, write } = makeSink({ clock, stamper: new Stamper('epoch', clock) });
  write('half');
  sink.writeLine('zd: note');
  write(' more\n');
  assert.is(file.written, '0.000 half\n0.000 zd: note\n0.000  more\n');
});

test.run();
