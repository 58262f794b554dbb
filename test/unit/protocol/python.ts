import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
  formatPythonFloat,
  parsePythonList,
  quotePython,
  quotePythonList,
} from '../../../src/protocol/python';
import { suite } from '../../runner/guard';

const test = suite('python');

const anyText = fc.oneof(
  fc.string(),
  fc.fullUnicodeString(),
  fc.string16bits(),
  fc.stringOf(fc.constantFrom(...'\'"\\\n\r\tnxuU0, []')),
);

test('a text is quoted as in Python', () => {
  for (const [text, wanted] of [
    ['', "''"],
    ['sleep', "'sleep'"],
    ["it's", `"it's"`],
    [`"it's"`, `'"it\\'s"'`],
    ['a\\b', "'a\\\\b'"],
    ['\n\r\t\0\x1b\x7f', "'\\n\\r\\t\\x00\\x1b\\x7f'"],
    ['\u0085\u00a0\u00ad', "'\\x85\\xa0\\xad'"],
    ['ü🌙', "'ü🌙'"],
    ['\u2028\u3000\ufeff', "'\\u2028\\u3000\\ufeff'"],
    ['\ud800', "'\\ud800'"],
    ['\u{e0001}', "'\\U000e0001'"],
  ] as const)
    assert.is(quotePython(text), wanted);
});

test('the result is one line for any words', () => {
  fc.assert(
    fc.property(fc.array(anyText), words =>
      assert.not.match(quotePythonList(words), /[\n\r\x85\u2028\u2029]/),
    ),
    { numRuns: 2000 },
  );
});

test('a quoted list can be parsed back', () => {
  fc.assert(
    fc.property(fc.array(anyText), words => assert.equal(parsePythonList(quotePythonList(words)), words)),
    { numRuns: 5000 },
  );
});

test('the other forms that Python may write are parsed', () => {
  for (const [text, wanted] of [
    ['[]', []],
    [' [ ] ', []],
    ["['a']", ['a']],
    [`['a', "b'c"]`, ['a', "b'c"]],
    ["['a','b',]", ['a', 'b']],
    ["['\\x1b\\u2028\\U0001F600\\a\\0']", ['\x1b\u2028😀\x07\0']],
    ["['\\UFFFFFFFF']", ['\ufffd']],
  ] as const)
    assert.equal(parsePythonList(text), wanted, text);
});

test('anything but a list of strings is null', () => {
  for (const text of [
    '',
    '[',
    ']',
    "'a'",
    "['a'",
    "['a",
    "['a' 'b']",
    "['a',,'b']",
    '[,]',
    '[1]',
    "['a', 1]",
    "[u'a']",
    "[b'a']",
    "['a'] + ['b']",
    "('a',)",
    "[['a']]",
    "__import__('os')",
  ])
    assert.is(parsePythonList(text), null, text);
});

test('garbage never throws, and is parsed in linear time', () => {
  fc.assert(
    fc.property(fc.stringOf(fc.constantFrom(...`[]'",\\xuU0a \n`)), text => {
      const words = parsePythonList(text);
      assert.ok(words === null || Array.isArray(words));
    }),
    { numRuns: 5000 },
  );
  assert.is(parsePythonList(`['${"\\'".repeat(200_000)}`), null);
  assert.is(parsePythonList(`[${' '.repeat(50_000)}'a'${' '.repeat(50_000)}x]`), null);
});

test('a float keeps its point', () => {
  assert.is(formatPythonFloat(1795214815.6182804), '1795214815.6182804');
  assert.is(formatPythonFloat(1795214815), '1795214815.0');
  assert.is(formatPythonFloat(0), '0.0');
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
test.skipIf(!hasPython && 'needs python3', 'Python writes and reads the same', () => {
  // Blocks whose characters do not change in later versions of Unicode.
  const ranges = [
    [0, 0x377],
    [0x2000, 0x206f],
    [0x3000, 0x30ff],
    [0xd800, 0xdbff],
    [0xe000, 0xe010],
    [0x1f600, 0x1f64f],
    [0xe0001, 0xe0001],
  ] as const;
  const character = fc
    .oneof(...ranges.map(([min, max]) => fc.integer({ min, max })))
    .map(code => String.fromCodePoint(code));
  const lists = fc.sample(fc.array(fc.stringOf(character), { maxLength: 3 }), 1000);
  const script =
    'import json,sys,ast\nprint(json.dumps([[repr(a), ast.literal_eval(b) == a] for a, b in json.load(sys.stdin)]))';
  const pairs = lists.map(words => [words, quotePythonList(words)]);
  const { stdout, stderr } = spawnSync('python3', ['-c', script], {
    input: JSON.stringify(pairs),
    encoding: 'utf8',
  });
  assert.is(stderr, '');
  const seen = JSON.parse(stdout) as [string, boolean][];
  for (const [index, [written, isSame]] of seen.entries()) {
    assert.is(pairs[index]?.[1], written);
    assert.ok(isSame);
    assert.equal(parsePythonList(written), lists[index]);
  }
});

test.run();
