import * as assert from 'uvu/assert';
import { NewsLines } from '../../../../../src/manager/readiness/signs/news-lines';
import { suite } from '../../../../runner/guard';

const test = suite('news lines');

test('pieces are put together', () => {
  const lines = new NewsLines();
  assert.equal(lines.read('READ'), []);
  assert.equal(lines.read('Y=1\nSTATUS=x\nSTA'), ['READY=1', 'STATUS=x']);
  lines.empty();
  assert.equal(lines.read('READY=1\n'), ['READY=1']);
});

test('a line without an end is left out, and takes no more memory', () => {
  const lines = new NewsLines();
  for (let count = 0; count < 10; count++) assert.equal(lines.read('x'.repeat(4000)), []);
  assert.equal(lines.read('rest\nREADY=1\n'), ['READY=1']);
  assert.equal(lines.read('STOPPING=1\n'), ['STOPPING=1']);
});

test.run();
