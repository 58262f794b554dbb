import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { findLastLines } from '../../../../../src/commands/output/tail/last-lines';
import { makeTemporaryFolder } from '../../../../helpers/temp';
import { suite } from '../../../../runner/guard';

const test = suite('logtail lines');

test('the start of the last lines is found in any file', async () => {
  const path = join(makeTemporaryFolder(), 'log');
  writeFileSync(path, '');
  const handle = await open(path, 'r');
  // Lengths around the size of a block, so that newlines fall on both sides of its edges.
  const length = fc.oneof(fc.nat(3), fc.integer({ min: 65530, max: 65540 }));
  const property = fc.asyncProperty(
    fc.array(length, { maxLength: 5 }),
    fc.nat(6),
    fc.boolean(),
    async (...all) => {
      const [lengths, lines, ended] = all;
      const text =
        lengths.map(size => 'x'.repeat(size)).join('\n') + (ended && lengths.length > 0 ? '\n' : '');
      writeFileSync(path, text);
      const parts = text.split('\n');
      if (parts.at(-1) === '') parts.pop();
      const wanted = lines === 0 ? 0 : parts.slice(-lines).join('\n').length + (text.endsWith('\n') ? 1 : 0);
      assert.is(await findLastLines(handle, text.length, lines), text.length - Math.min(wanted, text.length));
    },
  );
  await fc.assert(property, { numRuns: 150 });
  await handle.close();
});

test.run();
