import { constants } from 'node:os';
import * as assert from 'uvu/assert';
import { describeEnding, nameSignal, parseSignal, shellStatus } from '../../../src/system/signals';
import { suite } from '../../runner/guard';

const test = suite('signals');

test('a signal may be a number or a name in any case, with or without SIG', () => {
  for (const word of ['15', 'TERM', 'term', 'SIGTERM', 'sigterm', 'SigTerm'])
    assert.is(parseSignal(word), 15, word);
  assert.is(parseSignal('hup'), 1);
  assert.is(parseSignal('usr2'), constants.signals.SIGUSR2);
  assert.is(parseSignal('64'), 64);
});

test('a real-time signal is counted from either end', () => {
  for (const [word, number] of [
    ['RTMIN', 34],
    ['RTMIN+0', 34],
    ['sigrtmin+3', 37],
    ['RTMAX-2', 62],
    ['SIGRTMAX', 64],
    ['RTMIN+30', 64],
  ] as const)
    assert.is(parseSignal(word), number, word);
  for (const word of ['RTMIN+31', 'RTMAX-31', 'RTMIN-1', 'RTMAX+1', 'RTMIN+', 'RT+1', 'TERM+1'])
    assert.is(parseSignal(word), null, word);
});

test('an invalid signal is null', () => {
  const words = [
    '',
    '0',
    '65',
    '-9',
    '+9',
    '1.5',
    '9x',
    ' 9',
    'NOPE',
    'SIG',
    'SIGSIGTERM',
    '99999999999999999999',
  ];
  for (const word of words) assert.is(parseSignal(word), null, JSON.stringify(word));
});

test('the names of inherited object properties are not signals', () => {
  for (const word of ['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty'])
    assert.is(parseSignal(word), null, word);
});

test('the name of every signal can be parsed back', () => {
  const known = new Set(Object.values(constants.signals));
  for (let number = 34; number <= 64; number += 1) known.add(number as never);
  for (const number of known) assert.is(parseSignal(nameSignal(number)), number);
});

test('a signal without a name is shown by its number', () => {
  assert.is(nameSignal(9), 'SIGKILL');
  assert.is(nameSignal(42), 'SIGRTMIN+8');
  assert.is(nameSignal(60), 'SIGRTMAX-4');
  assert.is(nameSignal(33), 'signal 33');
});

test("the exit of a process is described with zdaemon's wording", () => {
  assert.is(describeEnding({ code: 2, signal: null }), 'exit status 2');
  assert.is(describeEnding({ code: null, signal: 9 }), 'terminated by SIGKILL');
  assert.is(describeEnding({ code: null, signal: null }), 'exit status unknown');
});

test('the exit status for a shell is the code, or 128 + the signal', () => {
  assert.is(shellStatus({ code: 3, signal: null }), 3);
  assert.is(shellStatus({ code: null, signal: 15 }), 143);
  assert.is(shellStatus({ code: null, signal: null }), 1);
});

test.run();
