import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { LineReader } from '../../../../../src/manager/readiness/kinds/lines';
import { Matcher } from '../../../../../src/manager/readiness/kinds/matcher';
import { OutputWatch } from '../../../../../src/manager/readiness/kinds/output';
import { suite } from '../../../../runner/guard';

const test = suite('output probes');

function read(...chunks: string[]): string[] {
  const reader = new LineReader();
  return chunks.flatMap(chunk => reader.read(Buffer.from(chunk)));
}

test('bytes become lines, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 })), fc.array(fc.nat(400)), (lines, cuts) => {
      const clean = lines.map(line => line.replace(/[^ -~]/g, ''));
      const bytes = Buffer.from(clean.map(line => `${line}\n`).join(''));
      const places = [0, ...cuts.filter(cut => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const reader = new LineReader();
      const found = places.slice(1).flatMap((end, index) => reader.read(bytes.subarray(places[index], end)));
      assert.equal(
        found,
        clean.map(line => Buffer.from(line).toString()),
      );
    }),
  );
});

test('colours, titles and the end of a line of DOS are not looked at', () => {
  assert.equal(read('\x1b[1;32mlistening\x1b[0m on \x1b]0;title\x07:80\r\n', '\x1b(Bx\x1b[2Ky\n'), [
    'listening on :80',
    'xy',
  ]);
});

test('of a line, the first 4 KiB are looked at, before its end', () => {
  const long = 'x'.repeat(5000);
  assert.equal(read(long), ['x'.repeat(4096)]);
  assert.equal(read(long, 'more', '\nnext\n'), ['x'.repeat(4096), 'next']);
  assert.equal(read(`${long}\n`), ['x'.repeat(4096)]);
});

test('an expression that backtracks without end is interrupted, and the next lines are matched', () => {
  const slow: string[] = [];
  const matcher = new Matcher('^(a+)+$', line => slow.push(line));
  const bad = `${'a'.repeat(60)}!`;
  assert.ok(matcher.matches([bad, bad, 'aaa']));
  assert.equal(slow, [bad, bad]);
  assert.not.ok(matcher.hasGivenUp);
});

test('after twenty such lines, nothing more is matched', () => {
  let slow = 0;
  const matcher = new Matcher('^(a+)+$', () => {
    slow += 1;
  });
  const bad = Array(30).fill(`${'a'.repeat(60)}!`);
  assert.not.ok(matcher.matches([...bad, 'aaa']));
  assert.equal([slow, matcher.hasGivenUp, matcher.matches(['aaa'])], [20, true, false]);
});

test('many lines are matched, although they take longer than one may', () => {
  const matcher = new Matcher('^line 299999$', () => assert.unreachable());
  const lines = Array.from({ length: 300_000 }, (_, index) => `line ${index}`);
  assert.ok(matcher.matches(lines));
});

/** A transcript with two streams. */
function watched(patterns: string[]) {
  const heard: string[] = [];
  const watchers: ((bytes: Buffer) => void)[] = [];
  let ended = 0;
  const watch = new OutputWatch({
    patterns,
    matched: pattern => heard.push(pattern),
    slow: () => {},
  });
  const transcript = {
    watch(make: () => (bytes: Buffer) => void) {
      watchers.push(make(), make());
      return () => {
        ended += 1;
      };
    },
  };
  const write = (stream: number, text: string) => watchers[stream]?.(Buffer.from(text));
  return { heard, watch, transcript, write, ended: () => ended };
}

test('each expression matches once, in lines of either stream, and then nothing is watched', async () => {
  const { heard, watch, transcript, write, ended } = watched(['^up$', 'db ok']);
  watch.begin(transcript);
  write(0, 'u');
  write(1, 'the db ok\nup');
  write(0, 'p\nup\n');
  assert.equal(heard, ['db ok', '^up$']);
  await new Promise(setImmediate);
  assert.is(ended(), 1);
});

test('what a run has written before counts, too', () => {
  const { heard, watch, transcript } = watched(['^up$']);
  watch.begin(transcript, [Buffer.from('a\nup\n'), Buffer.from('')]);
  assert.equal(heard, ['^up$']);
});

test.run();
