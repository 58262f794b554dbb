import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { targets } from '../../src/commands/export/targets';
import { requestForPage } from '../helpers/export/page-request';
import { suite } from '../runner/guard';
import { findBlocks } from './helpers/rst';
import { root } from './helpers/session';

/* The page shows whole files as zd writes them on a machine with a usual search path. */

const test = suite('page on export');
const page = readFileSync(join(root, 'docs/export.rst'), 'utf8');
const shown = findExports(page);

test('the page has an example of every system', () => {
  const systems = shown.map(({ words }) => words[0]);
  assert.equal(
    Object.keys(targets).filter(target => !systems.includes(target)),
    [],
  );
});

for (const { configuration, words, text } of shown) {
  test(`${configuration} export ${words.join(' ')} writes what the page shows`, () => {
    const [system = '', ...flags] = words;
    const file = findBlocks(page).find(block => block.kind === 'file' && block.name === configuration);
    const { files } = targets[system]!(requestForPage(file?.kind === 'file' ? file.text : '', flags));
    assert.is(files.map(one => one.text).join('\n'), text);
  });
}

/** The blocks after `.. export: web.conf systemd --direct`. */
function findExports(text: string) {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const mark = /^\.\. export: (\S+) (.+)$/.exec(line);
    if (!mark) return [];
    const rest = lines.slice(at + 1);
    const first = rest.findIndex(one => one.startsWith('    '));
    const length = rest.slice(first).findIndex(one => one !== '' && !one.startsWith('    '));
    const body = rest.slice(first, length < 0 ? undefined : first + length).map(one => one.slice(4));
    const words = (mark[2] ?? '').split(' ');
    return [{ configuration: mark[1] ?? '', words, text: `${body.join('\n').trimEnd()}\n` }];
  });
}

test.run();
