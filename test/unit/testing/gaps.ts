import * as assert from 'uvu/assert';
import { accountFor } from '../../helpers/gaps';
import { suite } from '../../runner/guard';

const test = suite('accounting for a transcript');

const OUTPUT = 'one\ntwo\nthree\nfour\n';

const account = (transcript: string) => accountFor(Buffer.from(transcript), Buffer.from(OUTPUT));
const mark = (bytes: number) =>
  `zd: ${bytes} bytes of output were lost from A to B: no space left on device\n`;

test('it adds up the gaps', () => {
  assert.equal(account(OUTPUT), { lost: 0, gaps: 0 });
  assert.equal(account(`one\n${mark(4)}three\n${mark(5)}`), { lost: 9, gaps: 2 });
  assert.equal(account(`${mark(4)}two\nthree\nfour\n`), { lost: 4, gaps: 1 });
});

test('a newline before a marker can be the one that the manager adds', () => {
  assert.equal(account(`one\ntw\n${mark(2)}three\nfour\n`), { lost: 2, gaps: 1 });
});

test('it is also where the first lost byte is a newline itself', () => {
  assert.equal(account(`one\ntwo\n${mark(1)}three\nfour\n`), { lost: 1, gaps: 1 });
  assert.equal(account(`one\n${mark(5)}three\n${mark(5)}`), { lost: 10, gaps: 2 });
  assert.equal(account(`one\ntwo\nthree\nfour\n${mark(1)}`), { lost: 1, gaps: 1 });
});

test('it finds what is missing, twice there, in disorder, or counted wrongly', () => {
  const wrong = [
    'one\nthree\nfour\n',
    'one\ntwo\n',
    'one\none\ntwo\nthree\nfour\n',
    'two\none\nthree\nfour\n',
    `one\n${mark(3)}three\nfour\n`,
    `one\n${mark(6)}three\nfour\n`,
    `one\ntw\n${mark(3)}three\nfour\n`,
    `one\n${mark(14)}`,
    `one\n${mark(17)}`,
  ];
  for (const transcript of wrong) assert.throws(() => account(transcript), undefined, transcript);
});

test('it finds a marker that is none', () => {
  assert.throws(() => account(`one\nzd: something\n`), 'no marker: zd: something');
});

test.run();
