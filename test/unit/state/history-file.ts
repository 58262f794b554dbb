import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type EndRecord, endOf, isEnd, joinEnds } from '../../../src/protocol/history';
import { appendHistory, parseHistory, readHistory } from '../../../src/state/history-file';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('history file');

const sample = (n: number): EndRecord => ({
  n,
  at: 1000 + n,
  pid: 7,
  uptime: 1,
  code: 3,
  by: 'nobody',
  lines: ['x'],
});
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const NEW = { lines: 0, isTorn: false };

test('what is appended is read back, and the last fifty stay', () => {
  const folder = makeTemporaryFolder();
  let known = NEW;
  for (const n of numbers(1, 234))
    known = { lines: appendHistory(folder, [sample(n)], known), isTorn: false };
  const { ends, lines } = readHistory(folder);
  assert.equal(
    ends.map(({ n }) => n),
    numbers(185, 234),
  );
  assert.ok(lines <= 100 && lines === known.lines);
  assert.equal(ends.at(-1), sample(234));
});

test('torn and foreign lines are ignored, and the next line is whole', () => {
  const folder = makeTemporaryFolder();
  const torn = JSON.stringify(sample(3)).slice(0, 20);
  const bad = ['{}', 'null', '[1]', JSON.stringify({ ...sample(9), lines: 'x' }), '\u0000\u0000', ''];
  writeFileSync(
    join(folder, 'history'),
    `${[JSON.stringify(sample(1)), ...bad, JSON.stringify(sample(2))].join('\n')}\n${torn}`,
  );
  const reading = readHistory(folder);
  assert.ok(reading.isTorn);
  appendHistory(folder, [sample(4)], reading);
  assert.equal(
    readHistory(folder).ends.map(({ n }) => n),
    [1, 2, 4],
  );
});

test('whatever is cut off, every whole line is read', () => {
  const whole = numbers(1, 5).map(n => `${JSON.stringify(sample(n))}\n`);
  fc.assert(
    fc.property(fc.nat(whole.join('').length), length => {
      const { ends } = parseHistory(whole.join('').slice(0, length));
      const complete = whole.filter((_, index) => whole.slice(0, index + 1).join('').length - 1 <= length);
      assert.is(ends.length, complete.length);
    }),
  );
});

test('a file that is missing, a symlink, a folder or too large has no ends, and is replaced', () => {
  const folder = makeTemporaryFolder();
  assert.equal(readHistory(folder).ends, []);
  assert.equal(readHistory(join(folder, 'nowhere')).ends, []);
  const other = join(makeTemporaryFolder(), 'other');
  writeFileSync(other, `${JSON.stringify(sample(1))}\n`);
  symlinkSync(other, join(folder, 'history'));
  assert.equal(readHistory(folder).ends, []);
  appendHistory(folder, [sample(2)], NEW);
  assert.equal(
    readHistory(folder).ends.map(({ n }) => n),
    [2],
  );
  assert.is(readFileSync(other, 'utf8').split('\n').length, 2);
  writeFileSync(join(folder, 'history'), Buffer.alloc((4 << 20) + 1, 'x'));
  assert.equal(readHistory(folder).ends, []);
  assert.not(existsSync(join(folder, 'history.new')));
});

test('an end says only what is known', () => {
  const exit = {
    code: null,
    signal: 9,
    pid: 7,
    at: 1,
    uptime: 2,
    by: 'nobody',
    user: null,
    lines: [],
  } as const;
  assert.equal(endOf({ ...exit, lines: [], n: 4 }), {
    n: 4,
    at: 1,
    pid: 7,
    uptime: 2,
    signal: 9,
    by: 'nobody',
    lines: [],
  });
  assert.is(endOf({ ...exit, lines: [] }), null);
  assert.not(isEnd({ ...sample(1), n: 0 }));
  assert.not(isEnd({ ...sample(1), core: false }));
  assert.ok(isEnd({ ...sample(1), core: true, step: 'move', memory: 5, cpu: 0.1 }));
});

test('an end that is also pending is there once', () => {
  const joined = joinEnds([sample(1), sample(2)], [sample(2), sample(3)]);
  assert.equal(
    joined.map(({ n }) => n),
    [1, 2, 3],
  );
});

test.run();
