import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { endings, possibleEndings } from '../../../../src/settings/value-types/endings';
import { count, factor, percent } from '../../../../src/settings/value-types/numbers';
import { signal, stopPlan } from '../../../../src/settings/value-types/signals';
import type { ValueType } from '../../../../src/settings/values';
import { nameSignal } from '../../../../src/system/signals';
import { suite } from '../../../runner/guard';

const test = suite('signals and ends as values');

test('A plan is a list of signals with times', () => {
  const cases: Record<string, [number, number | null][]> = {
    TERM: [[15, null]],
    'TERM 20s, INT 10s, KILL': [
      [15, 20],
      [2, 10],
      [9, null],
    ],
    'sigterm 500ms,15 1m ,  quit': [
      [15, 0.5],
      [15, 60],
      [3, null],
    ],
    'RTMIN+3  2 ': [[37, 2]],
    'INT, KILL': [
      [2, null],
      [9, null],
    ],
    KILL: [[9, null]],
  };
  for (const [text, steps] of Object.entries(cases))
    assert.equal(
      stopPlan.parse(text, {}).map(({ signal, seconds }) => [signal, seconds]),
      steps,
      text,
    );
});

test('A plan with a fault is refused, with what to write instead', () => {
  refuses(stopPlan, {
    '': 'must be signals such as TERM 20s, INT 10s, KILL, not empty',
    'TERM,': 'has nothing between two commas; write a signal, or remove a comma',
    TREM: "must consist of signals, not 'TREM'; did you mean 'TERM'?",
    'SIGTRM 5s, KILL': "must consist of signals, not 'SIGTRM'; did you mean 'SIGTERM'?",
    'TERM 5s, HALLO': "must consist of signals, not 'HALLO'; kill -l lists them",
    '0': "must consist of signals, not '0'; kill -l lists them",
    '65 2s': "must consist of signals, not '65'; kill -l lists them",
    'TERM 5s, KILL 5s': 'gives KILL a time, but nothing outlives it; write KILL without a time',
    'KILL, TERM': 'goes on with TERM after KILL, which nothing outlives; put KILL last',
    'TERM, INT 5s': 'gives TERM no time, so INT would never follow; write TERM 10s',
    'TERM 5s, STOP': 'has STOP, which suspends a program and does not end it; remove it',
    'TERM 1h30m, KILL':
      "has a wrong time after TERM: it must be a time such as 10, 0.5s, 5m or 1h, not '1h30m'; write 90m",
    'TERM 0, KILL': "has a wrong time after TERM: it must be more than 0 seconds, not '0'",
    'TERM 5 s':
      "has a wrong time after TERM: it must be a time such as 10, 0.5s, 5m or 1h, not '5 s'; write 5s",
    'TERM INT': "has a wrong time after TERM: it must be a time such as 10, 0.5s, 5m or 1h, not 'INT'",
  });
});

test('A formatted plan is parsed to the same steps', () => {
  const number = fc.integer({ min: 1, max: 64 }).filter(one => ![9, 19, 32, 33].includes(one));
  const timed = fc.record({ signal: number, seconds: fc.integer({ min: 1, max: 9e6 }).map(ms => ms / 1000) });
  const last = fc.record({ signal: number, seconds: fc.constant(null) });
  const plans = fc
    .tuple(fc.array(timed, { maxLength: 4 }), fc.option(last), fc.boolean())
    .map(([steps, open, kills]) => [
      ...steps,
      ...(open ? [open] : []),
      ...(kills ? [{ signal: 9, seconds: null }] : []),
    ])
    .filter(plan => plan.length > 0);
  fc.assert(fc.property(plans, plan => assert.equal(stopPlan.parse(stopPlan.format(plan), {}), plan)));
});

test('One signal is a name or a number', () => {
  for (const text of ['HUP', 'sighup', '1']) assert.is(signal.parse(text, {}), 1);
  assert.is(signal.format(37), 'RTMIN+3');
  refuses(signal, { HUB: "must be a signal, not 'HUB'; did you mean 'HUP'?" });
});

test('In a list of ends, a number is an exit status and a name a signal', () => {
  assert.equal(endings.parse('0, 2, TERM', {}), [0, 2, 'TERM']);
  assert.equal(endings.parse('sigterm,RTMIN+3 ,-1,iot', {}), ['TERM', 'RTMIN+3', -1, 'ABRT']);
  assert.equal(endings.parse('', {}), []);
  // As in a file of zdaemon.
  assert.equal(endings.parse('0,+2,300', {}), [0, 2, 300]);
  const must = 'must be exit statuses and signals separated by commas, such as 0,2,TERM, not';
  refuses(endings, {
    '0 2': `${must} '0 2'`,
    '0,': `${must} '0,'`,
    '0,TREM': `${must} 'TREM'; did you mean 'TERM'?`,
    '1.5': `${must} '1.5'`,
  });
  refuses(possibleEndings, {
    '3,256': 'has 256, but exit statuses are 0 to 255, and -1 is any signal',
    '-2': 'has -2, but exit statuses are 0 to 255, and -1 is any signal',
  });
});

test('A formatted list of ends is parsed to the same list', () => {
  const code = fc.integer({ min: -1, max: 255 });
  const name = fc
    .integer({ min: 1, max: 64 })
    .filter(number => number !== 32 && number !== 33)
    .map(number => nameSignal(number).slice(3));
  const lists = fc.array(fc.oneof(code, name));
  fc.assert(fc.property(lists, list => assert.equal(endings.parse(endings.format(list), {}), list)));
});

test('A factor is at least 1, percent are at most 100, a count is at least 1', () => {
  for (const [text, value] of [
    ['1', 1],
    ['1.5', 1.5],
    ['+2.', 2],
    ['1000', 1000],
  ] as const)
    assert.is(factor.parse(text, {}), value);
  const must = 'must be a number from 1 to 1000, such as 2 or 1.5, not';
  refuses(factor, {
    '0.5': `${must} '0.5'; a factor below 1 would make each pause shorter`,
    '0': `${must} '0'`,
    '-1': `${must} '-1'`,
    '1001': `${must} '1001'`,
    two: `${must} 'two'`,
  });
  for (const [text, value] of [
    ['0', 0],
    ['20%', 20],
    ['12.5 %', 12.5],
  ] as const)
    assert.is(percent.parse(text, {}), value);
  refuses(percent, { '101': "must be percent from 0 to 100, such as 20 or 20%, not '101'" });
  assert.is(count.parse('3', {}), 3);
  refuses(count, { '0': "must be a whole number from 1, not '0'" });
});

function refuses(type: Pick<ValueType<unknown>, 'parse'>, cases: Record<string, string>): void {
  for (const [text, message] of Object.entries(cases)) {
    try {
      type.parse(text, {});
    } catch (error) {
      assert.is((error as Error).message, message);
      continue;
    }
    assert.unreachable(`accepted '${text}'`);
  }
}

test.run();
