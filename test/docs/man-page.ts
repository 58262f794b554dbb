import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { examples, zdaemonExamples } from '../../scripts/man/facts';
import { internalVariables, namesOf, variables } from '../../scripts/man/variables';
import { manPages, pathOf } from '../../scripts/man-page';
import { listFlags } from '../../src/commands/clipanion';
import { commandNames, findCommand } from '../../src/commands/table';
import { flagsOf, options } from '../../src/settings/options';
import { suite } from '../runner/guard';
import { root } from './helpers/session';

const page = suite('manual pages');
const noGroff = spawnSync('groff', ['--version']).status !== 0 && 'groff is not installed';
const names = Object.keys(manPages);

page('The pages in docs match the tables', () => {
  for (const name of names)
    assert.is(readFileSync(pathOf(name), 'utf8'), render(name), `${name}: run "npm run man-page"`);
});

page('Every command, every flag and every variable is in zd(1)', () => {
  const plain = plainOf('zd.1');
  const heads = plain.split('.TP\n').map(item => item.split('\n')[0]!.split(/,? /));
  const listed = [...commandNames, ...variables.flatMap(namesOf)];
  for (const name of listed)
    assert.ok(
      heads.some(words => words.includes(name)),
      name,
    );
  for (const flag of options.flatMap(flagsOf)) assert.match(plain, flag);
});

page('Every key of a file is in zd.conf(5), and what only zd has is not in zdaemon(1)', () => {
  const plain = plainOf('zd.conf.5');
  for (const { key } of options.filter(option => option.inFile && option.field !== null))
    assert.match(plain, `.TP\n${key} = `);
  const zdaemons = plainOf('zdaemon.1');
  for (const name of commandNames) {
    const isListed = new RegExp(`\\.TP\\n(?:.*, )?${name.replace('?', '\\?')}(?:,.*)?\\n`).test(zdaemons);
    assert.is(isListed, !findCommand(name)?.isOwn, name);
  }
});

page('The variables that zd reads and sets are those of the table', () => {
  const known = new Set([...variables.flatMap(namesOf), ...internalVariables]);
  const read = new Set<string>();
  for (const file of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join(root, 'src', file), 'utf8');
    for (const [, name = ''] of text.matchAll(/\benv\.([A-Z][A-Z_]+)/g)) read.add(name);
    for (const [, pattern = ''] of text.matchAll(
      /\{([^{}]*)\}(?:: NodeJS\.ProcessEnv| = (?:process\.)?env;)/g,
    ))
      for (const [name] of pattern.matchAll(/\b[A-Z][A-Z_]+\b/g)) read.add(name);
    for (const [name] of text.matchAll(/\bZD_[A-Z_]+\b/g)) read.add(name);
  }
  assert.equal(
    [...read].filter(name => !known.has(name)),
    [],
    'add them to scripts/man/variables.ts',
  );
  // What bin/zd and the system do is not in src.
  const elsewhere = ['NODE_OPTIONS'];
  assert.equal(
    [...known].filter(name => !read.has(name) && !elsewhere.includes(name)),
    [],
  );
});

page('The examples name commands and flags that exist', () => {
  for (const [, lines] of [...examples, ...zdaemonExamples])
    for (const line of lines.flatMap(text => text.split(' && '))) {
      const words = /\bzd(?:aemon)? (.*?)\)?$/.exec(line.replace(/'[^']*'/g, 'WORDS'))?.[1]?.split(' ') ?? [];
      const command = words.find(word => findCommand(word) !== null) ?? '';
      const flags = [...options.flatMap(flagsOf), ...(command === '' ? [] : listFlags(command))];
      assert.ok(command !== '' || words.includes('-i'), line);
      for (const word of words.filter(one => one.startsWith('-'))) assert.ok(flags.includes(word), line);
    }
});

page('npm installs them', () => {
  const { man, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // npm 11 creates no link if `man` is a plain string.
  assert.equal(
    man,
    names.map(name => `docs/${name}`),
  );
  for (const pattern of ['docs/*.1', 'docs/*.5']) assert.ok(files.includes(pattern));
});

page.skipIf(noGroff, 'groff formats them without a warning', () => {
  for (const name of names) {
    const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', pathOf(name)], {
      encoding: 'utf8',
    });
    assert.is(stdout + stderr, '', name);
  }
});

function render(name: string): string {
  return manPages[name]?.() ?? '';
}

/** The page without its fonts. */
function plainOf(name: string): string {
  return render(name)
    .replace(/\\f[BIR]/g, '')
    .replace(/\\-/g, '-');
}

page.run();
