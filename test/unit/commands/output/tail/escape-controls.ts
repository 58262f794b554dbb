import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { Neutraliser } from '../../../../../src/commands/output/tail/escape-controls';
import { suite } from '../../../../runner/guard';

const test = suite('logtail neutraliser');

const cases: [string, string | number[], string][] = [
  ['text, TAB, LF and CR LF pass', 'a\tb\r\nü€🌙\n', 'a\tb\r\nü€🌙\n'],
  ['colours pass', '\x1b[m\x1b[0;1;38:5:9mx', '\x1b[m\x1b[0;1;38:5:9mx'],
  ['other sequences do not', '\x1b[2J\x1b]0;t\x07\x1bc\x1b[?4m\x1b[>4;1m', '^[[2J^[]0;t^G^[c^[[?4m^[[>4;1m'],
  ['a colour sequence without end does not', `\x1b[${'1;'.repeat(40)}m`, `^[[${'1;'.repeat(40)}m`],
  ['C0 and DEL become carets', '\0\b\x0b\f\x7f', '^@^H^K^L^?'],
  ['CR alone becomes a caret', 'a\rb\r\r\nc\r', 'a^Mb^M\r\nc^M'],
  ['C1 in UTF-8 become hexadecimal', '\x9b31m\x85', '\\x9b31m\\x85'],
  ['C1 as single bytes, and other broken UTF-8, too', [0x9b, 0x41, 0xe9, 0x20, 0xff], '\\x9bA\\xe9 \\xff'],
  [
    'overlong forms are broken',
    [0xc1, 0x9b, 0xc0, 0x8a, 0xe0, 0x82, 0x9b],
    '\\xc1\\x9b\\xc0\\x8a\\xe0\\x82\\x9b',
  ],
  [
    'surrogates and what is beyond Unicode are broken',
    [0xed, 0xa0, 0x80, 0xf4, 0x90],
    '\\xed\\xa0\\x80\\xf4\\x90',
  ],
  ['what is cut by the end is shown', [0x61, 0xe2, 0x82], 'a\\xe2\\x82'],
  ['an escape cut by the end is shown', 'a\x1b[3', 'a^[[3'],
];
for (const [title, input, expected] of cases)
  test(title, () => assert.is(neutralise([Buffer.from(input as string)]), expected));

/** Bytes that cause trouble more often than random ones. */
const tricky = fc.constantFrom(
  0x1b,
  0x5b,
  0x6d,
  0x31,
  0x3b,
  0x0d,
  0x0a,
  0xc2,
  0x9b,
  0xe2,
  0x82,
  0xac,
  0xf0,
  0x9f,
);
const bytes = fc.array(fc.oneof(tricky, fc.integer({ min: 0, max: 255 })), { maxLength: 60 });

test('the result holds no control character but TAB, LF, CR before LF and colours', () => {
  fc.assert(
    fc.property(bytes, input => {
      const text = neutralise([Buffer.from(input)]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject of the test
      const rest = text.replace(/\x1b\[[0-9;:]*m|\r?\n|\t/g, '');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject of the test
      assert.not.match(rest, /[\x00-\x1f\x7f-\x9f]/);
      assert.not(text.includes('\ufffd') && !Buffer.from(input).includes('\ufffd'), 'always UTF-8');
    }),
    { numRuns: 2000 },
  );
});

test('where the chunks are cut does not change the result', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(60)), (input, cuts) => {
      const whole = Buffer.from(input);
      const edges = [0, ...cuts.map(cut => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
      const chunks = edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
      assert.is(neutralise(chunks), neutralise([whole]));
    }),
    { numRuns: 2000 },
  );
});

test('text of people passes as it is', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject of the test
  const clean = fc.fullUnicodeString().map(text => text.replace(/[\x00-\x1f\x7f-\x9f]/g, ''));
  fc.assert(fc.property(clean, text => assert.is(neutralise([Buffer.from(text)]), text)));
});

test('no more than one colour sequence is ever held back', () => {
  const neutraliser = new Neutraliser();
  let shown = 0;
  for (let n = 0; n < 1000; n += 1) shown += neutraliser.consume(Buffer.from(n === 0 ? '\x1b[' : '1')).length;
  assert.ok(shown > 900);
});

test.run();

function neutralise(chunks: Buffer[]): string {
  const neutraliser = new Neutraliser();
  return Buffer.concat([...chunks.map(chunk => neutraliser.consume(chunk)), neutraliser.flush()]).toString();
}
