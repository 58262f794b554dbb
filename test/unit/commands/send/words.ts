import * as assert from 'uvu/assert';
import { findKey, keyNames } from '../../../../src/commands/send/keys';
import { splitText } from '../../../../src/commands/send/split-text';
import { suite } from '../../../runner/guard';

const test = suite('words of send');

const cases: [words: string, options: string, text: string][] = [
  ['hello you', '', 'hello you'],
  ['--eof', '--eof', ''],
  ['--eof -', '--eof', '-'],
  ['--eof hello --eof -q', '--eof', 'hello --eof -q'],
  ['--key ctrl-c', '--key ctrl-c', ''],
  ['--key ctrl-c --enter y', '--key ctrl-c --enter', 'y'],
  ['--key=ctrl-c y', '--key=ctrl-c', 'y'],
  ['--key - -', '--key -', '-'],
  ['-- --eof', '', '--eof'],
  ['--eof -- -- x', '--eof', '-- x'],
  ['a -- b', '', 'a -- b'],
  ['-x y', '-x', 'y'],
];

for (const [words, options, text] of cases)
  test(`'${words}' has the text '${text}'`, () => {
    const split = splitText(words.split(' '));
    assert.equal([split.options.join(' '), split.text.join(' ')], [options, text]);
  });

test('keys are what a terminal sends, by any usual name', () => {
  const sent: [name: string, bytes: string][] = [
    ['ctrl-c', '\x03'],
    ['Ctrl-C', '\x03'],
    ['^C', '\x03'],
    ['C-d', '\x04'],
    ['ctrl+z', '\x1a'],
    ['ctrl-\\', '\x1c'],
    ['ctrl-]', '\x1d'],
    ['ctrl-@', '\0'],
    ['ctrl-space', '\0'],
    ['enter', '\r'],
    ['return', '\r'],
    ['esc', '\x1b'],
    ['backspace', '\x7f'],
    ['up', '\x1b[A'],
    ['page_down', '\x1b[6~'],
    ['PgUp', '\x1b[5~'],
    ['f1', '\x1bOP'],
    ['F5', '\x1b[15~'],
    ['f12', '\x1b[24~'],
  ];
  for (const [name, bytes] of sent) assert.is(findKey(name), bytes, name);
  assert.is(new Set(keyNames.map(findKey)).size, keyNames.length - TWINS);
});

/** Enter is Ctrl-M, Tab is Ctrl-I, and Escape is Ctrl-[. */
const TWINS = 3;

test('another name is refused, with the nearest one', () => {
  const refusals: [name: string, sentence: RegExp][] = [
    ['ctl-c', /^cannot send the key 'ctl-c': there is none of that name; did you mean ctrl-c\?$/],
    ['constructor', /none of that name; examples are ctrl-c, up, f1, escape$/],
    ['', /none of that name/],
  ];
  for (const [name, sentence] of refusals) assert.throws(() => findKey(name), sentence);
});

test.run();
