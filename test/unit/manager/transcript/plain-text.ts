import * as assert from 'uvu/assert';
import { PlainText } from '../../../../src/manager/transcript/text/plain-text';
import { suite } from '../../../runner/guard';

/* transcript-plain: what is meant for a terminal is left out. */

const test = suite('plain text');

function pass(chunks: readonly (Buffer | string)[], plain = new PlainText()): Buffer {
  const parts: Buffer[] = [];
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk);
    plain.pass(bytes, 0, bytes.length, (piece, start, end) =>
      parts.push(Buffer.from(piece.subarray(start, end))),
    );
    // A chunk is reused for the next read.
    bytes.fill(0x3f);
  }
  return Buffer.concat(parts);
}

const CASES: [name: string, input: string, output: string][] = [
  ['colours', '\x1b[1;31mred\x1b[0m \x1b[38:2::1:2:3mblue\x1b[m\n', 'red blue\n'],
  ['movements and modes', 'a\x1b[2J\x1b[H\x1b[?25lb\x1b[?1049h\x1b[4 qc\x1b[!pd', 'abcd'],
  ['titles, to BEL and to ST', '\x1b]0;title\x07a\x1b]2;gr\u00fc\u00df\x1b\\b', 'ab'],
  ['links and the clipboard', '\x1b]8;;http://host/\x1b\\link\x1b]8;;\x1b\\ \x1b]52;c;aGk=\x07', 'link '],
  [
    'strings, in which BEL is no end',
    'a\x1bP1$r0\x07m\x1b\\b\x1b_G\x1b\\c\x1b^p\x1b\\d\x1bXs\x1b\\e',
    'abcde',
  ],
  ['titles of screen and tmux', '\x1bkvi\x1b\\text', 'text'],
  ['what tmux passes on', 'a\x1bPtmux;\x1b\x1b]0;title\x07\x1b\\b', 'ab'],
  ['the palette of the console of Linux', '\x1b]Rabc\x1b]P0aabbccd\x1b]P1x', 'abcdx'],
  [
    'escapes of two bytes, and character sets',
    '\x1b7a\x1b8\x1bM\x1b=b\x1b(B\x1b)0c\x1b#8\x1b%Gd\x1bce',
    'abcde',
  ],
  ['other control characters', 'a\0b\x07c\bd\v\fe\x0e\x0ff\x7f', 'abcdef'],
  ['carriage returns before a newline', 'a\r\nb\r\r\nc\r\x1b[K\nd\r\0\n', 'a\nb\nc\nd\n'],
  ['no other carriage returns, nor tabs', '10%\r20%\r\rdone\t!\n\r\n', '10%\r20%\r\rdone\t!\n\n'],
  [
    'a sequence that a newline or a letter cuts',
    'a\x1b[31\nb\x1b\nc\x1b[1\u00e9\x1b[3\x1b[0md',
    'a\nb\nc\u00e9d',
  ],
  ['a string that CAN, SUB or ESC cuts', '\x1b]0;a\x18b\x1bPc\x1ad\x1b]0;e\x1b[1mf', 'bdf'],
  [
    'no part of a letter, such as 0x9b and 0x9c',
    '\u20ac \u061b \u201c\u00dc\u{1f600}\x1b]0;\u201c\u00dc\x07.',
    '\u20ac \u061b \u201c\u00dc\u{1f600}.',
  ],
];

for (const [name, input, output] of CASES)
  test(`leaves out ${name}`, () => {
    assert.is(pass([input]).toString(), output);
    assert.is(pass([...Buffer.from(input)].map(byte => Buffer.from([byte]))).toString(), output);
  });

test('any cut into chunks gives the same, without ESC, and nothing to do a second time', () => {
  const random = makeRandom(15);
  for (let round = 0; round < 3000; round++) {
    const input = Buffer.concat(Array.from({ length: 1 + random(25) }, () => choosePart(random)));
    const whole = pass([input]);
    const label = JSON.stringify(input.toString('latin1'));
    assert.equal(pass(cut(input, random)), whole, label);
    assert.not.ok(
      whole.some(byte => (byte < 0x20 && ![9, 10, 13].includes(byte)) || byte === 0x7f),
      label,
    );
    assert.not.ok(whole.includes('\r\n'), label);
    // A carriage return at the end waits for what follows.
    assert.equal(pass([whole, 'x']), Buffer.concat([whole, Buffer.from('x')]), label);
  }
});

test('text passes unchanged, in any encoding and of any length', () => {
  const random = makeRandom(16);
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(Array.from({ length: random(400) }, () => 0x20 + random(224))).map(byte =>
      byte === 0x7f ? 0x0a : byte,
    );
    assert.equal(pass(cut(Buffer.from(bytes), random)), Buffer.from(bytes));
  }
  const long = Buffer.alloc(1_000_000, 'gr\u00fc\u00df\t\u{1f600} ');
  assert.ok(pass([long]).equals(long));
  assert.is(pass(['\r'.repeat(300_000), 'x']).length, 300_001);
});

test('a string without an end costs at most the rest of a line behind 4 KiB, or a megabyte', () => {
  const lines = 'a line of the program\n'.repeat(1000);
  for (const begin of ['\x1b]0;', '\x1bP', '\x1b_']) {
    const left = pass([begin, lines]).toString();
    assert.ok(lines.endsWith(left) && lines.length - left.length < 4200, begin);
    assert.ok(left.startsWith('\na line'), begin);
    const rest = pass([begin, 'x'.repeat(2 << 20)]);
    assert.ok(rest.length > 1 << 19, begin);
  }
  assert.ok(pass(['\x1b[', '1;'.repeat(5000)]).length > 5000);
  assert.is(pass([`\x1bPq${'#0!5~-'.repeat(10_000)}\x1b\\after`]).toString(), 'after');
});

test('what a run leaves unfinished does not concern the next one', () => {
  for (const unfinished of ['\x1b', '\x1b[3', '\x1b]0;', '\r']) {
    const plain = new PlainText();
    assert.is(pass(['a', unfinished], plain).toString(), 'a');
    plain.reset();
    assert.is(pass(['1mb'], plain).toString(), '1mb');
  }
});

function choosePart(random: (below: number) => number): Buffer {
  const parts = [
    '\x1b',
    '\x1b[',
    '\x1b]',
    '\x1bP',
    '\x1b\\',
    '\x07',
    '\r',
    '\n',
    '\r\n',
    '0;1',
    'm',
    'text',
    '\u20ac',
  ];
  const chosen = random(parts.length + 3);
  return chosen < parts.length ? Buffer.from(parts[chosen] ?? '') : Buffer.from([random(256)]);
}

function cut(bytes: Buffer, random: (below: number) => number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random(6);
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

/** Always the same numbers (mulberry32), so that a failure can be repeated. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

test.run();
