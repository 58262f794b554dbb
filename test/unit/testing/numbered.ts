import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { tallyLines } from '../../helpers/numbered';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('checker of numbered lines');

function tally(said: Record<string, number>, lines: string[]) {
  const folder = makeTemporaryFolder();
  for (const [pid, count] of Object.entries(said))
    writeFileSync(join(folder, `written-${pid}`), String(count));
  return tallyLines(folder, lines.map(line => `${line}\n`).join(''));
}

test('sees what is missing, double, torn and out of order', () => {
  assert.equal(tally({ 7: 2, 8: 1 }, ['7 0', '7 1', '8 0']), {
    lines: 3,
    pids: [7, 8],
    errors: [],
    gaps: [],
  });
  assert.equal(tally({ 7: 3 }, ['7 0', '7 2']).gaps, ['after line 0 of 7 came line 2']);
  assert.equal(tally({ 7: 3 }, ['7 0']).gaps, ['7 wrote 3 lines, the last 2 are missing']);
  assert.equal(tally({ 7: 1 }, ['7 0', '7 0']).errors, ['after line 0 of 7 came line 0']);
  assert.equal(tally({ 7: 2 }, ['7 0', '7 1', '8 0', '7 1']).errors, ['after line 1 of 7 came line 1']);
  assert.equal(tally({}, ['7 0', '7', '7 1']).errors, ['torn line "7"']);
});

test('a pid that is given again is another program', () => {
  const { errors, gaps } = tally({ 7: 1, 8: 1 }, ['7 0', '7 1', '7 2', '8 0', '7 0']);
  assert.equal([errors, gaps], [[], []]);
});

test.run();
