import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { limits } from '../../../../src/settings/value-types/limits';
import { ioPriority, niceness, oomScore, processors } from '../../../../src/settings/value-types/priorities';
import type { ValueType } from '../../../../src/settings/values';
import { suite } from '../../../runner/guard';

const test = suite('limits and priorities as values');

function refuses<V>(type: ValueType<V>, cases: Record<string, string>): void {
  for (const [text, message] of Object.entries(cases))
    assert.throws(
      () => type.parse(text, {}),
      (error: Error) => error.message === message || assert.is(error.message, message),
    );
}

test('Limits have the names and units of prlimit', () => {
  for (const [text, formatted] of Object.entries({
    'nofile 30': 'nofile 30',
    'NOFILE 1024 : 4096,core infinity': 'nofile 1024:4096, core unlimited',
    'RLIMIT_AS 2gb:unlimited': 'as 2gb:unlimited',
    'cpu 5m:1h': 'cpu 300:1h',
    'stack 8192kb:': 'stack 8mb:',
    'rttime 20ms, nproc 7:7': 'rttime 0.02, nproc 7',
  })) {
    assert.is(limits.format(limits.parse(text, {})), formatted);
    assert.equal(limits.parse(formatted, {}), limits.parse(text, {}));
  }
});

test('A limit with a fault is refused, with what to write instead', () => {
  refuses(limits, {
    '': 'must be limits such as nofile 1024:4096, core 0, not empty',
    'nofile 1,': 'has nothing between two commas; write a limit, or remove a comma',
    nofile: 'has nofile without a value; write nofile unlimited',
    'nofiles 3': "has an unknown limit 'nofiles'; did you mean 'nofile'?",
    'nofile unlimited': 'has nofile unlimited, which no system permits; write a number, such as nofile 65536',
    'nofile 10:5': "has a soft limit of nofile above the hard one: '10:5'",
    'core unlimited:5': "has a soft limit of core above the hard one: 'unlimited:5'",
    'nproc 1, nproc 2': 'has nproc twice; remove one of them',
    'nproc 1:2:3': "has more than SOFT:HARD for nproc: '1:2:3'",
    'nproc many': "has a wrong value of nproc: it must be a whole number, or unlimited, not 'many'",
    'cpu 0.5': "has a wrong value of cpu: it must be whole seconds, not '0.5'",
    'as 10M':
      "has a wrong value of as: it must be a number of bytes such as 500kb, 10mb or 1gb, not '10M'; write 10mb",
  });
});

test('Priorities are in the ranges of the system', () => {
  assert.equal(
    ['-20', '19', '+5'].map(text => niceness.parse(text, {})),
    [-20, 19, 5],
  );
  assert.equal(
    ['-1000', '0'].map(text => oomScore.parse(text, {})),
    [-1000, 0],
  );
  refuses(niceness, {
    '20': "must be a whole number from -20 to 19, not '20'",
    '1.5': "must be a whole number from -20 to 19, not '1.5'",
  });
  refuses(oomScore, { '1001': "must be a whole number from -1000 to 1000, not '1001'" });
  for (const text of ['idle', 'realtime 0', 'best-effort 7'])
    assert.is(ioPriority.format(ioPriority.parse(text, {})), text);
  assert.is(ioPriority.format(ioPriority.parse('best-effort', {})), 'best-effort 4');
  refuses(ioPriority, {
    'idle 3': "must be best-effort 7, realtime 4 or idle, not 'idle 3'; idle has no level",
    'best-effort 8': "must be best-effort 7, realtime 4 or idle, not 'best-effort 8'",
    '2': "must be best-effort 7, realtime 4 or idle, not '2'",
  });
});

test('Processors are numbers and ranges', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(70), { minLength: 1 }), list => {
      const sorted = list.toSorted((a, b) => a - b);
      assert.equal(processors.parse(list.join(', '), {}), sorted);
      assert.equal(processors.parse(processors.format(sorted), {}), sorted);
    }),
  );
  assert.is(processors.format(processors.parse('0,2-4,3,5', {})), '0,2-5');
  refuses(processors, {
    '': "must be processors such as 0,2-4, not ''",
    '0x8f': "must be processors such as 0,2-4, not '0x8f'; write 0-3,7",
    '4-2': "has a range that ends before it begins: '4-2'",
    '9000': "must be processors such as 0,2-4, from 0 to 8191, not '9000'",
  });
});

test.run();
