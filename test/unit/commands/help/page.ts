import { Cli } from 'clipanion';
import * as assert from 'uvu/assert';
import { commandClasses } from '../../../../src/commands/clipanion';
import { listCommands } from '../../../../src/commands/help/overview';
import { renderPage } from '../../../../src/commands/help/page';
import { commandNames } from '../../../../src/commands/table';
import { suite } from '../../../runner/guard';

const test = suite('pages of help');
const definitions = Cli.from(commandClasses, { binaryName: 'zd', enableColors: false }).definitions();

for (const width of [30, 40, 80, 110]) {
  test(`every page fits on ${width} columns, and breaks only between words`, () => {
    for (const name of commandNames) {
      const lines = renderPage(name, definitions, width);
      assert.ok(lines.length > 5, name);
      for (const line of lines) {
        assert.ok(line.length <= width || !line.trim().includes(' '), `${name}: ${line}`);
        assert.not.match(line, /#0|\.\.\.$| $|`/, name);
      }
    }
  });
}

test('a page has the same words at every width', () => {
  const wordsAt = (width: number) =>
    renderPage('logtail', definitions, width).join(' ').split(/\s+/).filter(Boolean);
  assert.equal(wordsAt(40), wordsAt(80));
});

test('the list has the commands of the prompt only there', () => {
  assert.not.match(listCommands({}, 80).join('\n'), 'prompt');
  const lines = listCommands({ quit: 'quit -- Leave the prompt. A manager\n   stays.' }, 80);
  assert.ok(lines.includes('Only at the prompt:'));
  assert.ok(lines.some(line => /^ {2}quit +leave the prompt$/.test(line)));
});

test.run();
