import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { FormatStyle, LogFormat } from '../../../../src/settings/event-log-settings';
import { convert, plain } from '../../../../src/settings/log-format/convert';
import { FIELDS, type FieldValue } from '../../../../src/settings/log-format/fields';
import { findMeaningless, parseFormat } from '../../../../src/settings/log-format/parse';
import { makeRenderer, USUAL_FORMAT } from '../../../../src/settings/log-format/render';
import { strftime } from '../../../../src/settings/log-format/strftime';
import { suite } from '../../../runner/guard';

const test = suite('formats of records');
const NOON = new Date(2026, 10, 20, 22, 46, 54, 7).getTime() / 1000;
const withoutPython = spawnSync('python3', ['--version']).status !== 0 && 'python3 is not installed';

/** Values like those of a record; no float is half-way between two that can be written. */
const values: Record<string, FieldValue> = {
  name: { kind: 'text', value: 'root' },
  levelname: { kind: 'text', value: 'WARNING' },
  levelno: { kind: 'whole', value: 30 },
  message: { kind: 'text', value: `it's a "ü"\\ 🌙` },
  asctime: { kind: 'text', value: '2026-11-20T22:46:54' },
  created: { kind: 'float', value: 1795210014.007 },
  msecs: { kind: 'float', value: 7 },
  relativeCreated: { kind: 'float', value: 12.34 },
  process: { kind: 'whole', value: 4021 },
};
const names = fc.constantFrom(...Object.keys(values));
const literal = fc.stringOf(fc.constantFrom('a', ' ', 'ü', '{', '}', '$', '%', '\n', '(', ')', 's'), {
  maxLength: 4,
});
const size = fc.option(fc.integer({ min: 0, max: 30 }), { nil: '' as const });
const small = fc.option(fc.integer({ min: 0, max: 12 }), { nil: null });

const classicField = fc
  .tuple(names, fc.stringOf(fc.constantFrom('-', '+', ' ', '0', '#'), { maxLength: 2 }), size, small)
  .chain(([name, flags, width, precision]) =>
    fc.constantFrom(...typesOf(name, 'sradi')).map(type => {
      const dot = precision === null ? '' : `.${precision}`;
      return `%(${name})${flags}${width}${dot}${type}`;
    }),
  );
const classic = fc
  .array(
    fc.oneof(
      literal.map(text => text.replaceAll('%', '%%')),
      classicField,
    ),
    { maxLength: 5 },
  )
  .map(parts => parts.join(''));

const bracesField = fc
  .tuple(
    names,
    fc.constantFrom('', '<', '>', '^', '*<', 'x^', '=', '0'),
    fc.constantFrom('', '+', ' '),
    size,
    small,
  )
  .chain(([name, align, sign, width, precision]) =>
    fc.constantFrom(...typesOf(name, '')).map(type => {
      const isText = FIELDS[name]!.kind === 'text';
      const needsType = precision !== null && type === '' && !isText;
      const hasNone = precision === null || needsType || (!isText && 'doxX'.includes(type));
      const dot = hasNone ? '' : `.${precision}`;
      const isZero = align === '0';
      const side = isText && '0='.includes(align) ? '' : align;
      const spec = `${isZero ? '' : side}${isText ? '' : sign}${isZero ? side : ''}${width}${dot}${type}`;
      return `{${name}${spec === '' ? '' : `:${spec}`}}`;
    }),
  );
const braces = fc
  .array(
    fc.oneof(
      literal.map(text => text.replace(/[{}]/g, '$&$&')),
      bracesField,
    ),
    { maxLength: 5 },
  )
  .map(parts => parts.join(''));

test.skipIf(withoutPython, 'what Python writes, zd writes as well, in both styles', () => {
  const classics = fc.sample(classic, 1500);
  const braced = fc.sample(braces, 1500);
  const script = `
import json, sys
values, classics, braced = json.load(sys.stdin)
print(json.dumps([[one % values for one in classics], [one.format(**values) for one in braced]]))`;
  const given = Object.entries(values).map(([name, { kind, value }]) => [name, kind, value] as const);
  // JSON writes 7.0 as 7.
  const floats = given.filter(([, kind]) => kind === 'float').map(([name]) => name);
  const plainValues = Object.fromEntries(given.map(([name, , value]) => [name, value]));
  const typed = script.replace(
    'print(',
    `for name in ${JSON.stringify(floats)}: values[name] = float(values[name])\nprint(`,
  );
  const run = spawnSync('python3', ['-c', typed], {
    input: JSON.stringify([plainValues, classics, braced]),
    encoding: 'utf8',
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    maxBuffer: 1 << 26,
  });
  assert.is(run.status, 0, run.stderr);
  const [byClassic, byBraces] = JSON.parse(run.stdout) as [string[], string[]];
  for (const [style, formats, expected] of [
    ['classic', classics, byClassic],
    ['format', braced, byBraces],
  ] as const)
    for (const [index, text] of formats.entries()) assert.is(write({ style, text }), expected[index], text);
});

test('every format is parsed or refused with a sentence; its text comes back unchanged', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<FormatStyle>('classic', 'format', 'template', 'safe-template'),
      fc.fullUnicodeString(),
      (style, text) => {
        try {
          parseFormat({ style, text }, true);
        } catch (error) {
          assert.match((error as Error).message, /^(?:has|cannot convert) /);
        }
      },
    ),
  );
  fc.assert(
    fc.property(fc.fullUnicodeString(), text => {
      assert.equal(parseFormat({ style: 'classic', text: text.replaceAll('%', '%%') }).join(''), text);
      assert.equal(parseFormat({ style: 'format', text: text.replace(/[{}]/g, '$&$&') }).join(''), text);
      assert.equal(parseFormat({ style: 'template', text: text.replaceAll('$', '$$$$') }).join(''), text);
    }),
  );
});

test('templates take names with and without braces; a safe one leaves the rest as it is', () => {
  assert.is(
    write({ style: 'template', text: ['$levelname: $', '{message}$$'].join('') }),
    `WARNING: ${values.message!.value}$`,
  );
  assert.is(write({ style: 'safe-template', text: ['$level $', '{name} $'].join('') }), '$level root $');
  refuses({ style: 'template', text: 'a $' }, 'has a lone \\$; write \\$\\$ for a dollar sign');
  refuses({ style: 'template', text: '$level' }, "has the unknown field 'level'");
});

test('what Python refuses is refused with what to write', () => {
  const classicStyle = (text: string) => ({ style: 'classic', text }) as const;
  refuses(classicStyle('100%'), 'has a lone %; write %% for a percent sign');
  refuses(classicStyle('%(message)'), 'has .* which has no conversion; write %\\(message\\)s');
  refuses(classicStyle('%(mesage)s'), "has the unknown field 'mesage'; did you mean 'message'\\?");
  refuses(classicStyle('%(message)d'), "cannot convert message with 'd': it is text, so use s");
  refuses(classicStyle('%(created)x'), 'it is not a whole number, so use f');
  refuses(classicStyle('%(name)99999s'), 'the size 99999; the largest is 100');
  refuses({ style: 'format', text: '{message' }, 'has a lone {; write {{ for a brace');
  refuses({ style: 'format', text: '{levelno:,}' }, 'which zd does not know; write {levelno}');
});

test('fields of Python itself are known, and written as - or 0', () => {
  const format: LogFormat = {
    style: 'classic',
    text: '%(threadName)s %(lineno)04d %(module)s.%(funcName)s %(message)s',
  };
  assert.equal(findMeaningless(parseFormat(format)), ['threadName', 'lineno', 'module', 'funcName']);
  const render = makeRenderer({ format }, USUAL_FORMAT, NOON);
  assert.is(render({ level: 'info', time: NOON, text: 'hello' }), '- 0000 -.- hello');
  const other: LogFormat = { style: 'classic', text: '[%(request)s]' };
  assert.is(
    makeRenderer({ format: other }, USUAL_FORMAT, NOON)({ level: 'info', time: NOON, text: '' }),
    '[-]',
  );
});

test('a record is written with its level, its time and the date format', () => {
  const record = { level: 'warn', time: NOON, text: 'hello' } as const;
  assert.is(makeRenderer({}, USUAL_FORMAT, NOON)(record), '2026-11-20T22:46:54 WARNING hello');
  const format: LogFormat = {
    style: 'classic',
    text: '------\n%(asctime)s,%(msecs)03d %(levelname)-8s %(name)s %(relativeCreated)d %(message)s',
  };
  assert.is(
    makeRenderer({ format, dateFormat: '%d/%b/%Y %H.%M' }, USUAL_FORMAT, NOON - 1.5)(record),
    '------\n20/Nov/2026 22.46,007 WARNING  root 1500 hello',
  );
});

test.skipIf(withoutPython, 'dates are written as by strftime', () => {
  const letters = 'aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%';
  const format = [...letters].map(letter => `${letter}=%${letter}`).join('|');
  const times = fc.sample(fc.integer({ min: 0, max: 4_000_000_000 }), 300);
  for (const zone of ['UTC', 'Asia/Kolkata', 'America/New_York']) {
    const env = { ...process.env, TZ: zone, LC_ALL: 'C' };
    const script = `
import json, sys, time
format, times = json.load(sys.stdin)
print(json.dumps([time.strftime(format, time.localtime(one)) for one in times]))`;
    const input = JSON.stringify([format, times]);
    const { stdout } = spawnSync('python3', ['-c', script], { input, encoding: 'utf8', env });
    const saved = process.env.TZ;
    process.env.TZ = zone;
    try {
      for (const [index, expected] of (JSON.parse(stdout) as string[]).entries()) {
        const names = /Z=[^|]*/g;
        const shown = strftime(times[index]!, format);
        // Node knows fewer short names of zones than the system.
        assert.is(shown.replace(names, ''), expected.replace(names, ''), `${times[index]} in ${zone}`);
      }
    } finally {
      if (saved === undefined) delete process.env.TZ;
      else process.env.TZ = saved;
    }
  }
  assert.is(strftime(NOON, '%-d %_m %^a %Q'), '20 11 FRI %Q');
});

function typesOf(name: string, forText: string): string[] {
  const { kind } = FIELDS[name]!;
  if (kind === 'text') return forText === '' ? ['', 's'] : ['s', 'r', 'a'];
  const numeric = ['f', 'F', 'e', 'E', 'g', 'G', ...(kind === 'whole' ? ['d', 'o', 'x', 'X'] : [])];
  return forText === '' ? ['', ...numeric] : ['s', 'r', 'd', 'i', ...numeric];
}

function write(format: LogFormat): string {
  return parseFormat(format)
    .map(part => {
      if (typeof part === 'string') return part;
      const value = values[part.name]!;
      return part.conversion ? convert(value, part.conversion, part.isBrace) : plain(value);
    })
    .join('');
}

function refuses(format: LogFormat, message: string): void {
  assert.throws(() => parseFormat(format), new RegExp(message));
}

test.run();
