import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { layOutColumns } from '../../../../src/commands/help/columns';
import { suite } from '../../../runner/guard';

const test = suite('columns');

test("the list of zdaemon's commands looks as zdaemon prints it", () => {
  const words =
    'fg foreground help kill logreopen logtail reopen_transcript restart show start status stop wait'.split(
      ' ',
    );
  assert.equal(layOutColumns(words, 79), [
    'fg          help  logreopen  reopen_transcript  show   status  wait',
    'foreground  kill  logtail    restart            start  stop',
  ]);
});

test('one row when it fits exactly, two when it does not', () => {
  assert.equal(layOutColumns(['aa', 'bb'], 6), ['aa  bb']);
  assert.equal(layOutColumns(['aa', 'bb'], 5), ['aa', 'bb']);
});

test('every word is there once, downwards, in as few rows as fit', () => {
  const word = fc.stringOf(fc.constantFrom('a', 'b', '_'), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 100 }),
      (words, width) => {
        const rows = layOutColumns(words, width);
        const cells = rows.map(row => row.split(/ +/));
        const columns = Math.max(...cells.map(row => row.length));
        const downwards = Array.from({ length: columns }, (_, column) =>
          cells.map(row => row[column]),
        ).flat();
        assert.equal(
          downwards.filter(cell => cell !== undefined),
          words,
        );
        assert.ok(rows.length === words.length || rows.every(row => row.length <= width));
        for (const row of rows) assert.is(row, row.trimEnd());
      },
    ),
  );
});

test('no words are no rows', () => {
  assert.equal(layOutColumns([], 80).join(''), '');
});

test.run();
