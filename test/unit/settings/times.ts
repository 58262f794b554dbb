import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { checkValue, formatValue, parseValue } from '../../../src/settings/option';
import { settingOptions } from '../../../src/settings/options';
import { autoTime, formatTime, someTime, time } from '../../../src/settings/times';
import { suite } from '../../runner/guard';

const times = suite('times');

times('A time is in seconds, whole or decimal, or has one unit', () => {
  const cases: Record<string, number> = {
    '0': 0,
    '-0': 0,
    '+5': 5,
    '010': 10,
    '.5': 0.5,
    '5.': 5,
    '10s': 10,
    '250ms': 0.25,
    '1ms': 0.001,
    '0.5m': 30,
    '5m': 300,
    '2.3h': 8280,
    '6H': 21_600,
    '1d': 86_400,
    '0h': 0,
  };
  for (const [text, seconds] of Object.entries(cases)) assert.ok(Object.is(parse(text), seconds), text);
});

times('Anything else is refused, with what to write instead where that is clear', () => {
  const cases: Record<string, string> = {
    '1h30m': '; write 90m',
    '1h 30m': '; write 90m',
    '1d12h': '; write 36h',
    '5 min': '; write 5m',
    '5mins': '; write 5m',
    '10 s': '; write 10s',
    '10sec': '; write 10s',
    '2 hours': '; write 2h',
    '2w': '; write 14d',
    '100 ms': '; write 100ms',
    '1,5': '; write 1.5',
    '1,5h': '; write 1.5h',
    '1m500ms': '; write 60500ms',
    ten: '',
    '': '',
    '1e3': '',
    '1.2.3': '',
    '5x': '',
    '10:30': '',
    '∞': '',
    '9999999999999999999 weeks': '',
  };
  for (const [text, advice] of Object.entries(cases))
    refuses(text, `must be a time such as 10, 0.5s, 5m or 1h, not '${text}'${advice}`);
});

times('A time is at most 30 years, and if it is not 0 at least a millisecond', () => {
  refuses('-1', "must be from 0 to 1000000000 seconds, not '-1'");
  refuses('40000d', "must be from 0 to 1000000000 seconds, not '40000d'");
  for (const text of ['0.0000001', '0.5ms', '0.0000000001d'])
    refuses(text, `must be 0, or at least 1ms, not '${text}'`);
});

times('What is formatted is parsed to the same value', () => {
  const texts = fc
    .tuple(fc.nat(99_999), fc.option(fc.nat(9999)), fc.constantFrom('', 'ms', 's', 'm', 'h', 'd'))
    .map(([whole, part, unit]) => `${whole}${part === null ? '' : `.${part}`}${unit}`);
  fc.assert(
    fc.property(texts, text => {
      let seconds: number;
      try {
        seconds = parse(text);
      } catch {
        return;
      }
      assert.is(parse(formatTime(seconds)), seconds, `${text} ${formatTime(seconds)}`);
      assert.ok(time.accepts?.(seconds));
    }),
    { numRuns: 2000 },
  );
});

times('Whole hours and days are shown as such, all else in seconds as zdaemon does', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [300, '300'],
    [0.25, '0.25'],
    [0.001, '0.001'],
    [3600, '1h'],
    [5400, '5400'],
    [86_400, '1d'],
    [129_600, '36h'],
    // From a program that computes: it is rounded to microseconds.
    [1 / 3, '0.333333'],
    [1e-9, '0'],
  ];
  for (const [seconds, text] of cases) assert.is(formatTime(seconds), text);
});

times('auto is a time where it makes sense, and 0 is not where it makes none', () => {
  assert.is(autoTime.parse('auto', {}), 'auto');
  assert.is(autoTime.parse('250ms', {}), 0.25);
  assert.is(autoTime.format('auto'), 'auto');
  assert.throws(() => someTime.parse('0', {}), /^must be more than 0 seconds, not '0'$/);
  assert.is(someTime.accepts?.(0), false);
});

times('Every setting that is a time takes all units', () => {
  const found = settingOptions.filter(({ type }) => /\btime in seconds\b/.test(type.name));
  const keys = found.map(({ key }) => key);
  for (const key of [
    'backoff-limit',
    'probe-timeout',
    'start-timeout',
    'start-seconds',
    'stop-timeout',
    'transcript-rotate-interval',
  ])
    assert.ok(keys.includes(key), key);
  for (const option of found) {
    assert.is(parseValue(option, '1.5m'), 90, option.key);
    assert.is(parseValue(option, formatValue(option, 7200)), 7200, option.key);
    checkValue(option, 0.75);
    assert.throws(() => checkValue(option, '5'), /its type is: /);
  }
});

function parse(text: string): number {
  return time.parse(text, {});
}

function refuses(text: string, message: string): void {
  try {
    parse(text);
  } catch (error) {
    assert.is((error as Error).message, message);
    return;
  }
  assert.unreachable(`accepted '${text}'`);
}

times.run();
