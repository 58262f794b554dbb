import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { optionsPage, renderOptionsPage } from '../../../scripts/options-page';
import { options } from '../../../src/settings/options';
import { suite } from '../../runner/guard';

const page = suite('options page');

page('The page in docs is generated from the current table', () => {
  assert.is(readFileSync(optionsPage, 'utf8'), renderOptionsPage(), 'run "npm run options-page"');
});

page('Every option has one section with its flags, and one row in the table', () => {
  const text = renderOptionsPage();
  for (const { key, long } of options) {
    assert.is(text.split(`\n${key}\n${'~'.repeat(key.length)}\n`).length, 2, key);
    assert.is(text.split(`, "\`${key}\`_", `).length, 2, `${key} in the table`);
    if (long !== null) assert.match(text, `--${long}`);
  }
});

page.run();
