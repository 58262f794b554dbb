import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { LineSplitter } from '../../../../src/manager/events/split-lines';
import { LONGEST_LINE } from '../../../../src/protocol/output-lines';
import { suite } from '../../../runner/guard';

const test = suite('lines of output');

function split(chunks: readonly (string | Buffer)[], hasReturns = false, ends = false) {
  const splitter = new LineSplitter(hasReturns);
  const lines: { text: Buffer; isPart: boolean }[] = [];
  const take = (bytes: Buffer, isPart: boolean) => void lines.push({ text: Buffer.from(bytes), isPart });
  for (const chunk of chunks) splitter.push(Buffer.from(chunk), take);
  if (ends) splitter.end(take);
  return lines;
}

const texts = (...given: Parameters<typeof split>) => split(...given).map(({ text }) => text.toString());

test('a line is passed on when its end has come, from however many chunks', () => {
  assert.equal(texts(['a\nb', 'c', '\n\nd']), ['a', 'bc', '']);
  assert.equal(texts(['a\nb']), ['a']);
});

test('at the end of a run, the last line needs no end', () => {
  assert.equal(texts(['a\nb'], false, true), ['a', 'b']);
  assert.equal(texts(['a\n'], false, true), ['a']);
});

test('the carriage return of a terminal is left out, and that of a program is kept', () => {
  assert.equal(texts(['a\r', '\nb\r\r\n'], true), ['a', 'b\r']);
  assert.equal(texts(['a\r\n']), ['a\r']);
});

test('a line that is too long comes in pieces, which cut no character', () => {
  const long = 'é'.repeat(LONGEST_LINE);
  for (const chunks of [
    [`x${long}\n`],
    [`x${long}`, '\n'],
    [...Buffer.from(`x${long}\n`)].map(one => Buffer.of(one)),
  ]) {
    const lines = split(chunks);
    assert.is(lines.map(({ text }) => text.toString()).join(''), `x${long}`);
    assert.equal(
      lines.map(({ isPart }) => isPart),
      [true, true, false],
    );
    assert.ok(lines.every(({ text }) => text.length <= LONGEST_LINE));
  }
});

test('nothing is lost however the bytes are cut, and the count is that of the lines', () => {
  const bytes = fc.array(fc.constantFrom(...Buffer.from('ab\r\n')), { maxLength: 60 });
  fc.assert(
    fc.property(fc.array(bytes), chunks => {
      const all = chunks.map(chunk => Buffer.from(chunk));
      const lines = split(all, false, true);
      const whole = Buffer.concat(all).toString();
      const wanted = whole.split('\n');
      if (wanted.at(-1) === '') wanted.pop();
      assert.equal(
        lines.map(({ text }) => text.toString()),
        wanted,
      );
      const counter = new LineSplitter();
      const counted = all.reduce((sum, chunk) => sum + counter.count(chunk), 0);
      assert.is(counted, whole.split('\n').length - 1);
    }),
  );
});

test('after lines that were only counted, the next one is whole', () => {
  const splitter = new LineSplitter();
  const lines: string[] = [];
  const take = (bytes: Buffer) => void lines.push(bytes.toString());
  splitter.push(Buffer.from('first\nsec'), take);
  assert.is(splitter.count(Buffer.from('ond\nthird\nfou')), 2);
  splitter.push(Buffer.from('rth\n'), take);
  assert.equal(lines, ['first', 'fourth']);
});

test.run();
