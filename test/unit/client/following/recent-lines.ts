import * as assert from 'uvu/assert';
import { findNew, Recent } from '../../../../src/client/following/recent-lines';
import { suite } from '../../../runner/guard';

const test = suite('lines of the next manager');

function look(before: string, after: string, isWhole = false) {
  const recent = new Recent();
  for (const text of before.split(' ').filter(Boolean)) recent.add(Buffer.from(text));
  const lines = after.split(' ').map(text => ({ bytes: Buffer.from(text), isPart: false, isError: false }));
  const found = findNew(lines, recent, isWhole);
  return [found.lines.map(({ bytes }) => bytes.toString()).join(' '), found.isGap];
}

test('what was passed on before is left out', () => {
  assert.equal(look('a b c', 'a b c d e'), ['d e', false]);
  assert.equal(look('a b c', 'b c'), ['', false]);
  assert.equal(look('', 'a b'), ['a b', false]);
});

test('lines that repeat are told apart by those before them', () => {
  assert.equal(look('x tick', 'x tick tock tick'), ['tock tick', false]);
  assert.equal(look('tick', 'tick tick'), ['', false]);
});

test('a manager without a file has only new lines; where its memory is full, some may be missing', () => {
  assert.equal(look('a b', 'c d', true), ['c d', false]);
  assert.equal(look('a b', 'c d', false), ['c d', true]);
});

test.run();
