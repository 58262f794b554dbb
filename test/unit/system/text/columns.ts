import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { breakColumns, cut, measure, pad, tameLine, wrapColumns } from '../../../../src/system/text/columns';
import { cutStyled, plainOf, wrapStyled } from '../../../../src/system/text/styled';
import { suite } from '../../../runner/guard';

const test = suite('columns of a text');

/** Texts of all kinds of characters, among them wide ones, marks without a column, and controls. */
const texts = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '日本',
        '한글',
        '🎉',
        'e\u0301',
        '\u200d',
        '\u202e',
        '\t',
        '\x1b[2J',
        ' ',
        '\r',
        '\ufe0f',
        'ﾊ',
      ),
    ),
    { maxLength: 30 },
  )
  .map(parts => parts.join(''));
const widths = fc.integer({ min: 2, max: 200 });

test('wide characters take two columns, marks none, and emoji two', () => {
  const known: [string, number][] = [
    ['', 0],
    ['abc', 3],
    ['größer', 6],
    ['日本語', 6],
    ['한글', 4],
    ['ﾊﾝｶｸ', 4],
    ['Ａ', 2],
    ['e\u0301', 1],
    ['🎉', 2],
    ['● ✗ ◐ ○ … · ▁█', 14],
  ];
  for (const [text, columns] of known) assert.is(measure(text), columns, text);
});

test('what is cut never takes more columns than there are, and shows that it was cut', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 0, max: 200 }), (text, width) => {
      const shown = tameLine(text);
      const short = cut(shown, width, '…');
      assert.ok(measure(short) <= width);
      assert.is(short === shown || short === '' || short.endsWith('…'), true);
    }),
  );
  assert.is(cut('日本語', 4, '…'), '日…');
  assert.is(cut('abcdef', 5, '...'), 'ab...');
  assert.is(cut('abcdef', 2, '...'), '..');
  assert.is(cut('日', 1), '');
});

test('wrapped and broken lines fit, and nothing gets lost', () => {
  fc.assert(
    fc.property(texts, widths, (text, width) => {
      const shown = tameLine(text);
      const wrapped = wrapColumns(shown, width);
      for (const line of wrapped) assert.ok(measure(line) <= width);
      assert.is(wrapped.join('').replaceAll(' ', ''), shown.replaceAll(' ', ''));
      const rows = breakColumns(shown, width, 1000, '…');
      for (const line of rows) assert.ok(measure(line) <= width);
      assert.is(rows.join(''), shown);
      assert.ok(breakColumns(shown, width, 3, '…').length <= 3);
    }),
  );
});

test('a line of output is harmless, and has no invisible characters', () => {
  fc.assert(
    fc.property(texts, text => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
      assert.not.match(tameLine(text), /[\x00-\x1f\x7f-\x9f\u2028\u2029]|\p{Cf}/u);
    }),
  );
  assert.is(tameLine('a\tb'), 'a       b');
  assert.is(tameLine('日\tb'), '日      b');
  assert.is(tameLine('\x1b[31mred\x1b[0m\x1b]0;x\x07\r'), 'red^[]0;x^G');
  assert.is(tameLine('10 %\r20 %\r30 %'), '30 %');
  assert.is(tameLine('a\u202eb\u200bc'), 'abc');
});

test('a styled text is coloured as it is cut and wrapped', () => {
  const look = { hasColours: true, hasSymbols: true, columns: 80 };
  const parts = [['●', 'green'], ' app  ', ['running', 'green'], ' for a long time'] as const;
  assert.is(plainOf(parts), '● app  running for a long time');
  assert.is(cutStyled(parts, 80, look, '…'), '\x1b[32m●\x1b[0m app  \x1b[32mrunning\x1b[0m for a long time');
  assert.is(cutStyled(parts, 12, look, '…'), '\x1b[32m●\x1b[0m app  \x1b[32mrunn\x1b[0m…');
  assert.equal(wrapStyled(parts, 20, look, 2), [
    '\x1b[32m●\x1b[0m app  \x1b[32mrunning\x1b[0m for a',
    '  long time',
  ]);
});

test('pad fills up to a width', () => {
  assert.is(pad('日', 4), '日  ');
  assert.is(pad('long', 2), 'long');
});

test.run();
