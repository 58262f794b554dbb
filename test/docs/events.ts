import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { EVENT_KINDS } from '../../src/protocol/events';
import { suite } from '../runner/guard';
import { tableAfter } from './helpers/rst';
import { root } from './helpers/session';

const test = suite('page of events');

test('The page lists every event with its meaning', () => {
  const rows = tableAfter(readFileSync(join(root, 'docs/history.rst'), 'utf8'), 'What happens now');
  assert.equal(
    Object.fromEntries(rows.map(([name = '', when]) => [name.replaceAll('`', ''), when])),
    EVENT_KINDS,
  );
});

test.run();
