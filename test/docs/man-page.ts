import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { manPage, renderManPage } from '../../scripts/man-page';
import { commandNames } from '../../src/commands/table';
import { flagsOf, options } from '../../src/settings/options';
import { suite } from '../runner/guard';
import { root } from './helpers/session';

/** The same page under the other name. */
const zdaemonPage = join(root, 'docs/zdaemon.1');
const page = suite('manual page');
const noGroff = spawnSync('groff', ['--version']).status !== 0 && 'groff is not installed';

page('The page in docs matches the tables', () => {
  assert.is(readFileSync(manPage, 'utf8'), renderManPage(), 'run "npm run man-page"');
});

page('Every command and every flag is in it', () => {
  const plain = renderManPage()
    .replace(/\\f[BIR]/g, '')
    .replace(/\\-/g, '-');
  const heads = plain.split('.TP\n').map(item => item.split('\n')[0]!.split(/,? /));
  for (const name of commandNames)
    assert.ok(
      heads.some(words => words.includes(name)),
      name,
    );
  for (const flag of options.flatMap(flagsOf)) assert.match(plain, flag);
});

page('npm installs it', () => {
  const { man, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // npm 11 creates no link if `man` is a plain string.
  assert.equal(
    man.map((name: string) => join(root, name)),
    [manPage, zdaemonPage],
  );
  assert.ok(files.includes('docs/*.1'));
  assert.is(readFileSync(zdaemonPage, 'utf8'), '.so man1/zd.1\n');
});

page.skipIf(noGroff, 'groff formats it without a warning', () => {
  const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', manPage], {
    encoding: 'utf8',
  });
  assert.is(stdout + stderr, '');
});

page.run();
