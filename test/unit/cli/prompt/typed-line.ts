import * as assert from 'uvu/assert';
import { readTyped } from '../../../../src/cli/prompt/typed-line';
import { suite } from '../../../runner/guard';

const lines = suite('a line of the prompt');

lines('The first word is the command, the others are split as everywhere', () => {
  assert.equal(readTyped(` start  'a b' c\\ d "" `), { name: 'start', words: ['a b', 'c d', ''] });
  assert.equal(readTyped('start a\\ '), { name: 'start', words: ['a '] });
});

lines('An empty line has no name', () => {
  for (const line of ['', '  ', '\t']) assert.equal(readTyped(line), { name: '', words: [] });
});

lines('A comment is no command', () => {
  for (const line of ['# stop', '  #stop', '\ufeff# a script']) assert.is(readTyped(line), null);
});

lines('What follows shell or ! is left as it was written', () => {
  const shell = (...words: string[]) => ({ name: 'shell', words });
  assert.equal(readTyped(`shell echo "a  b" 'it\\'`), shell(`echo "a  b" 'it\\'`));
  assert.equal(readTyped(` ! ls -l  `), shell('ls -l'));
  assert.equal(readTyped('!ls'), shell('ls'));
  assert.equal(readTyped("!it's"), shell("it's"));
  for (const line of ['!', 'shell', ' shell  ']) assert.equal(readTyped(line), shell());
});

lines('A word that only begins like shell is another word', () => {
  assert.equal(readTyped('shells x'), { name: 'shells', words: ['x'] });
});

lines('A question mark needs no space behind it', () => {
  assert.equal(readTyped('?'), { name: '?', words: [] });
  assert.equal(readTyped('?kill'), { name: '?', words: ['kill'] });
  assert.equal(readTyped('? kill'), { name: '?', words: ['kill'] });
});

lines('A quote that is not closed is refused with its column', () => {
  assert.throws(() => readTyped("  start 'a"), /the ' at column 9 is not closed/);
});

lines.run();
