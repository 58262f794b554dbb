import * as assert from 'uvu/assert';
import { Stamper } from '../../../../src/manager/transcript/text/stamp';
import { formatIsoTime } from '../../../../src/system/clock';
import { FakeClock } from '../../../helpers/fake-clock';
import { suite } from '../../../runner/guard';

const test = suite('time stamps');

/** Passes chunks through a stamper; a second passes before each. */
function stamp(chunks: (string | Buffer)[], way: 'iso' | 'epoch' = 'epoch'): Buffer {
  const clock = new FakeClock();
  clock.wallOffset = -1000;
  const stamper = new Stamper(way, clock);
  const parts: Buffer[] = [];
  for (const chunk of chunks) {
    clock.advance(1);
    const bytes = Buffer.from(chunk);
    stamper.pass(bytes, 0, bytes.length, (piece, start, end) =>
      parts.push(Buffer.from(piece.subarray(start, end))),
    );
  }
  return Buffer.concat(parts);
}

test('stand before each line of a chunk', () => {
  assert.is(stamp(['a\n\nb\n']).toString(), '1.000 a\n1.000 \n1.000 b\n');
});

test('show when the beginning of a line arrived, however many chunks it spans', () => {
  assert.is(stamp(['a', 'b', 'c\nd', '\n']).toString(), '1.000 abc\n3.000 d\n');
});

test('do not split a character that spans chunks', () => {
  const bytes = Buffer.from('gr\u00fc\u00df\u{1f600}\n');
  const chunks = [...bytes].map(byte => Buffer.from([byte]));
  assert.equal(stamp(chunks), Buffer.concat([Buffer.from('1.000 '), bytes]));
});

test('keep bytes that are not text', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const stamped = stamp([bytes]).toString('latin1');
  assert.is(stamped.replaceAll('1.000 ', ''), bytes.toString('latin1'));
});

test('work for lines of any length, and any number of lines', () => {
  const long = 'x'.repeat(1_000_000);
  assert.is(stamp([`${long}\n`]).toString(), `1.000 ${long}\n`);
  const many = stamp(['\n'.repeat(65_536)]).toString();
  assert.is(many, '1.000 \n'.repeat(65_536));
});

test('are local time with its offset when written in ISO form', () => {
  const line = stamp(['a\n'], 'iso').toString();
  assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:01\.000[+-]\d\d:\d\d a\n$/);
  assert.is(Date.parse(line.slice(0, 29)), 1000);
  assert.is(Date.parse(formatIsoTime(1_795_214_814.39)), 1_795_214_814_390);
});

test.run();
