import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { bytesToText, isWellFormed, textToBytes } from '../../../src/system/bytes';
import { suite } from '../../runner/guard';

const test = suite('bytes');
const RUNS = 5000;

/** Bytes near the rules of UTF-8: first and following bytes, the replacement character, surrogates, and whole text. */
const pieces = fc.oneof(
  fc.constantFrom([0xef, 0xbf, 0xbd], [0xed, 0xa0, 0x80], [0xed, 0xb2, 0x80], [0xf4, 0x90, 0x80, 0x80]),
  fc.constantFrom([0xc0, 0xaf], [0xe0, 0x80, 0xaf], [0xf0, 0x9f, 0x98], [0x80], [0xff], [0xe9], [0xf8]),
  fc.uint8Array({ maxLength: 6 }).map(bytes => [...bytes]),
  fc.string({ unit: 'binary', maxLength: 4 }).map(text => [...Buffer.from(text)]),
);
const anyBytes = fc.array(pieces, { maxLength: 8 }).map(all => Buffer.from(all.flat()));

test(`any bytes are a text, and these bytes again (${RUNS} of them)`, () => {
  fc.assert(
    fc.property(anyBytes, bytes => {
      assert.equal(textToBytes(bytesToText(bytes)), bytes);
    }),
    { numRuns: RUNS },
  );
});

test('different bytes are different texts', () => {
  fc.assert(
    fc.property(anyBytes, anyBytes, (one, other) => {
      assert.is(bytesToText(one) === bytesToText(other), one.equals(other));
    }),
    { numRuns: RUNS },
  );
});

test('what is UTF-8 is the usual text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      assert.is(bytesToText(Buffer.from(text)), text);
      assert.equal(textToBytes(text), Buffer.from(text));
      assert.ok(isWellFormed(text));
    }),
    { numRuns: RUNS },
  );
});

test('bytes that are not UTF-8 are lone surrogates, one each', () => {
  const cases: [number[], string][] = [
    [[0x63, 0x61, 0x66, 0xe9], 'caf\udce9'],
    [[0xff, 0xfe], '\udcff\udcfe'],
    [[0xf0, 0x9f, 0x98, 0x80, 0x80], '\u{1f600}\udc80'],
    [[0xed, 0xb2, 0x80], '\udced\udcb2\udc80'],
    [[0xef, 0xbf, 0xbd, 0xff], '\ufffd\udcff'],
  ];
  for (const [bytes, text] of cases) {
    assert.is(bytesToText(Buffer.from(bytes)), text);
    assert.not(bytes.includes(0xff) && isWellFormed(text));
  }
});

test.run();
