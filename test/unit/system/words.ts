import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { UsageError } from '../../../src/system/errors';
import { quoteWords, splitWords, UnclosedQuote } from '../../../src/system/words';
import { suite } from '../../runner/guard';

const words = suite('words');

words('White space separates words and never makes one', () => {
  assert.equal(splitWords(' sleep \t 10\n'), ['sleep', '10']);
  assert.equal(splitWords(' \t'), []);
});

words('Quotes of both kinds keep white space and join what they touch', () => {
  assert.equal(splitWords(`sh -c 'echo hi; sleep 1'`), ['sh', '-c', 'echo hi; sleep 1']);
  assert.equal(splitWords(`a"b c"d'e f'`), ['ab cde f']);
  assert.equal(splitWords(`'' ""`), ['', '']);
});

words('A backslash escapes only a space, a quote and a backslash', () => {
  assert.equal(splitWords('printf [%s]\\n'), ['printf', '[%s]\\n']);
  assert.equal(splitWords('a\\ b \\"c \\\'d e\\\\f g\\'), ['a b', '"c', "'d", 'e\\f', 'g\\']);
});

words(
  'Inside single quotes a backslash is literal, inside double quotes it escapes quote and backslash',
  () => {
    assert.equal(splitWords(`'a\\' 'b\\n'`), ['a\\', 'b\\n']);
    assert.equal(splitWords('"a\\"b\\\\c\\n\\ \\\'"'), ['a"b\\c\\n\\ \\\'']);
  },
);

words('Nothing is expanded', () => {
  assert.equal(splitWords('echo $HOME ~ * `id` #x;y'), ['echo', '$HOME', '~', '*', '`id`', '#x;y']);
});

words('White space is what Python takes for it, unless it is quoted', () => {
  for (const blank of ['\u00a0', '\f', '\v', '\u2003', '\u3000', '\x1c', '\u0085']) {
    assert.equal(splitWords(`${blank}a${blank}b`), ['a', 'b']);
    assert.equal(splitWords(`"a${blank}b" c\\${blank}d`), [`a${blank}b`, `c${blank}d`]);
    assert.equal(splitWords(quoteWords([`a${blank}b`])), [`a${blank}b`]);
  }
  for (const other of ['\u200b', '\ufeff', '\u00ad']) assert.equal(splitWords(`a${other}b`), [`a${other}b`]);
});

words('An unclosed quote is rejected with its column in characters', () => {
  try {
    splitWords('é😀 "x');
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof UnclosedQuote && error instanceof UsageError);
    assert.is(error.column, 4);
    assert.match(error.message, 'the " at column 4 is not closed');
  }
});

words('Quotes are written only where they are needed', () => {
  assert.is(
    quoteWords(['printf', '[%s]\\n', 'a b', '', "it's", 'end\\']),
    `printf [%s]\\n 'a b' '' "it's" 'end\\'`,
  );
});

words('Quoted words split into the same words', () => {
  const letter = fc.oneof(fc.constantFrom(...` \t\n'"\\`), fc.fullUnicode());
  const word = fc.stringOf(letter, { maxLength: 12 });
  const property = fc.property(fc.array(word, { maxLength: 6 }), list => {
    assert.equal(splitWords(quoteWords(list)), list);
  });
  fc.assert(property, { numRuns: 10_000 });
});

words.run();
