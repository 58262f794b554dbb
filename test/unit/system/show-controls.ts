import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { showControls, showLine, writeJson } from '../../../src/system/show-controls';
import { suite } from '../../runner/guard';

const test = suite('control characters');

test('they are shown, except TAB and newline', () => {
  for (const [text, shown] of [
    ['plain ä\t\n', 'plain ä\t\n'],
    ['\u001b]0;x\u0007', '^[]0;x^G'],
    ['\u009b31m', '\\x9b31m'],
    ['\u0000\r\u007f', '^@^M^?'],
  ] as const)
    assert.is(showControls(text), shown);
});

test('a line loses its colours, and nothing else that a terminal would act on passes', () => {
  assert.is(showLine('\u001b[1;31mred\u001b[0m\u001b[2J\r'), 'red^[[2J');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
      assert.not.match(showLine(text), /[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
    }),
  );
});

test('JSON has none, and means the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const json = writeJson({ text: `${text}\u009b\u007f` });
      assert.is(showControls(json), json);
      assert.equal(JSON.parse(json), { text: `${text}\u009b\u007f` });
    }),
  );
});

test.run();
