import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { optionsPage, renderOptionsPage } from '../../../scripts/options-page';
import { options } from '../../../src/settings/options';
import { suite } from '../../runner/guard';

const page = suite('options page');

page('The page in docs is generated from the current table', () => {
  assert.is(readFileSync(optionsPage, 'utf8'), renderOptionsPage(), 'run "npm run options-page"');
});

page('Every option has a section with its flags', () => {
  const text = renderOptionsPage();
  for (const { key, long } of options) {
    assert.match(text, `\n${key}\n${'-'.repeat(key.length)}\n`);
    if (long !== null) assert.match(text, `--${long}`);
  }
});

page.run();
