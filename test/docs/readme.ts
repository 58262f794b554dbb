import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { suite } from '../runner/guard';
import { type Block, findBlocks, readLiterals } from './helpers/rst';
import { root, tryBlocks } from './helpers/session';

const readme = suite('README');
const text = readFileSync(join(root, 'README.rst'), 'utf8');
/** The two commands at the top of the page. */
const [first = '', second = ''] = readLiterals(text);
const firstAfterInstall = first.replace(/^npm ci && /, '');

readme('It opens with a paragraph and two commands, each one line after npm ci', () => {
  const beforeTour = text.slice(0, text.indexOf('A short tour'));
  assert.equal(readLiterals(beforeTour), [first, second]);
  assert.match(first, /^npm ci && bin\/zd .* start$/);
  assert.is(second, 'npm ci && npm test');
});

readme('The command of CI is the one the README names for the tests', () => {
  assert.ok(readFileSync(join(root, '.ci/run'), 'utf8').includes(`\n${second}\n`));
});

readme('The first command leaves a daemon running, which writes only to its folder', () => {
  const expected = ['daemon process started, pid=1'];
  const zd = 'bin/zd -C docs/examples/clock.conf';
  const block = consoleBlock([
    [firstAfterInstall, expected],
    [`${zd} status`, ['program running; pid=1']],
    [
      'ls -A . docs/examples docs/examples/run',
      [
        '.:',
        '.commands',
        'bin',
        'docs',
        'node_modules',
        '',
        'docs/examples:',
        '...',
        'run',
        '...',
        '',
        'docs/examples/run:',
        '.zdsock.zd',
        'clock.log',
        'zdsock',
      ],
    ],
    [`${zd} stop`, ['daemon process stopped']],
    ['ls docs/examples/run', ['clock.log']],
  ]);
  assert.equal(tryBlocks([block], 'zd'), []);
});

readme('An example with other output is reported with its line', () => {
  const [block] = findBlocks('::\n\n    $ false\n    $ echo $?\n    0\n');
  const faults = tryBlocks([block!], 'zd');
  assert.is(faults.length, 1);
  assert.match(faults[0]!, 'line 4: $ echo $?');
});

for (const binary of ['zd', 'zdaemon'] as const) {
  readme.limit(240, `Every example holds, called as ${binary}`, () => {
    const started = consoleBlock([[firstAfterInstall, ['daemon process started, pid=1']]]);
    assert.equal(tryBlocks([started, ...findBlocks(text)], binary), []);
  });
}

function consoleBlock(commands: [command: string, expected: string[]][]): Block {
  const examples = commands.map(([command, expected]) => ({ line: 0, command, expected }));
  return { kind: 'console', line: 0, onlyZd: false, needs: [], examples };
}

readme.run();
