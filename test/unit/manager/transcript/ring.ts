import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { Ring } from '../../../../src/manager/transcript/ring';
import { suite } from '../../../runner/guard';

const test = suite('ring');

test('the last lines are those of the complete stream', () => {
  const piece = fc.stringOf(fc.constantFrom('a', 'b', '\n', 'ü', '\n\n', '🌙'), { maxLength: 30 });
  const act = fc.oneof(piece, piece, fc.constant(null));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 24 }),
      fc.array(act),
      fc.integer({ min: 1, max: 6 }),
      (size, acts, count) => {
        const ring = new Ring(size);
        let all = Buffer.alloc(0);
        let mark = 0;
        for (const text of acts) {
          // A null sets the mark, as each start of the program does.
          if (text === null) {
            mark = ring.total;
            continue;
          }
          const chunk = Buffer.from(text);
          ring.add(chunk);
          all = Buffer.concat([all, chunk]);
          assert.is(ring.total, all.length);
          for (const from of [0, mark]) {
            const kept = all.subarray(Math.max(from, all.length - size)).toString();
            const lines = kept.split('\n');
            if (lines.at(-1) === '') lines.pop();
            const wanted = lines.slice(-count);
            assert.equal(ring.lastLines(count, from), wanted);
          }
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('no output is no lines', () => {
  const ring = new Ring(8);
  assert.equal(ring.lastLines(10), []);
  ring.add(Buffer.alloc(0));
  assert.equal(ring.lastLines(10), []);
  ring.add(Buffer.from('x\n'));
  assert.equal(ring.lastLines(10, ring.total), []);
});

test('an unfinished line counts, and bytes that are not text do not throw', () => {
  const ring = new Ring(64);
  ring.add(Buffer.from('one\ntwo'));
  assert.equal(ring.lastLines(10), ['one', 'two']);
  ring.add(Buffer.from([0xff, 0x0a, 0x00]));
  assert.equal(ring.lastLines(2), ['two\ufffd', '\0']);
});

test('a chunk that fills the ring by itself is not copied until the next one arrives', () => {
  const ring = new Ring(4);
  const slots = [Buffer.alloc(6), Buffer.alloc(6)] as const;
  let said = '';
  for (const [turn, text] of ['abcd', 'e', 'fghijk', 'lm', 'nopqr', 'stuvwx', 'yz'].entries()) {
    const slot = slots[(turn % 2) as 0 | 1];
    slot.write(text);
    ring.add(slot, text.length, true);
    said += text;
    assert.is(ring.read().toString(), said.slice(-4));
    assert.is(ring.read(said.length - 2).toString(), said.slice(-2));
  }
});

test('added bytes are copied, so that their buffer can be reused', () => {
  const ring = new Ring(8);
  const chunk = Buffer.from('abc');
  ring.add(chunk);
  chunk.fill('x');
  assert.equal(ring.lastLines(1), ['abc']);
});

test.run();
