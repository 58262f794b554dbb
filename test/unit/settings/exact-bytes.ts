import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../src/settings/argv';
import { resolveConfiguration } from '../../../src/settings/resolve';
import type { Configuration } from '../../../src/settings/settings';
import { strip } from '../../../src/system/blanks';
import { UsageError } from '../../../src/system/errors';
import { quoteWords } from '../../../src/system/words';
import { suite } from '../../runner/guard';

const RUNS = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'zd-bytes-'));
const file = join(folder, 'c');
const argv = parseArguments(['-C', file]);
const bytes = suite('exact bytes');

bytes.after(() => rmSync(folder, { recursive: true }));

const awkward = fc.constantFrom(
  ...`;#%=$"'\\[]<>{}()~!&|*? \t\r\0`,
  ...['\u00a0', '\ufeff', '\u2028', '\u0085', '\v', '\f', '\u001b', '\ufffd', '\u{1f600}', 'é'],
  ...['true', 'null', '__proto__', '\\n', '$x', '$(HOME)', '%define', '<!--', '${', '\\u0041', '[]'],
);
const line = fc
  .array(fc.oneof(awkward, fc.fullUnicode(), fc.char()), { maxLength: 20 })
  .map(parts => parts.join('').replaceAll('\n', ' '));
/** Outer white space and a final CR are part of the line, not of the value; ZConfig has more white space than INI. */
const value = line.map(text => text.replace(/^[ \t]+|[ \t\r]+$/g, '')).filter(text => !/[ \t\r]$/.test(text));
const values = { INI: value, ZConfig: value.map(strip) };
const wordList = fc.array(line, { minLength: 1, maxLength: 4 });

const formats = {
  INI: (program: string, variable: string) =>
    `[runner]\nprogram = ${program}\n[environment]\nV = ${variable}\n`,
  ZConfig: (program: string, variable: string) =>
    `<runner>\nprogram ${dollars(program)}\n</runner>\n<environment>\nV ${dollars(variable)}\n</environment>\n`,
};

for (const [format, write] of Object.entries(formats) as [keyof typeof formats, typeof formats.INI][]) {
  bytes(`${format}: a value and the words of a program stay unchanged or are rejected with a column`, () => {
    let kept = 0;
    const property = fc.property(wordList, values[format], (words, variable) => {
      writeFileSync(file, write(quoteWords(words), variable));
      const result = attempt();
      if (result instanceof UsageError) {
        assert.match(result.message, /c:\d+:\d+: there is a (NUL character|carriage return)/);
        assert.match([...words, variable].join(), /[\0\r]/);
        return;
      }
      kept += 1;
      assert.equal(result.settings.program, words);
      assert.equal(Object.entries(result.environment), [['V', variable]]);
    });
    fc.assert(property, { numRuns: RUNS });
    assert.ok(kept > RUNS / 3, `only ${kept} were kept`);
  });
}

bytes('Variable names with a meaning elsewhere are ordinary names', () => {
  const names = ['__proto__', 'constructor', 'a.b', 'a[]', 'true', 'Path', 'PATH', 'hasOwnProperty'];
  writeFileSync(
    file,
    `[runner]\nprogram=a\n[environment]\n${names.map(name => `${name} = ${name}`).join('\n')}`,
  );
  assert.equal(
    Object.entries(succeed().environment),
    names.map(name => [name, name]),
  );
  writeFileSync(
    file,
    `<runner>\nprogram a\n</runner>\n<environment>\n${names.map(name => `${name} ${name}`).join('\n')}\n</environment>`,
  );
  assert.equal(
    Object.entries(succeed().environment),
    names.map(name => [name, name]),
  );
});

const snippet = fc.constantFrom(
  ...['[runner]', '[environment]', '[eventlog]', '<runner>', '</runner>', '<runner/>', '<environment>'],
  ...[
    '</environment>',
    '<eventlog>',
    '</eventlog>',
    '<logfile>',
    '</logfile>',
    '<zeo>',
    '</zeo>',
    '<syslog/>',
  ],
  ...['program = a', 'program a', 'umask = 9', 'umask 7', 'path a', 'path = a', 'level = x', '%define a b'],
  ...[
    'program $a',
    '%include c',
    '%include d',
    '%include /',
    '%import x',
    'x $',
    '# x',
    '; x',
    '',
    'a=b',
    '\r',
  ],
);
const anyLine = fc.oneof({ weight: 4, arbitrary: snippet }, { weight: 1, arbitrary: line });
const start = fc.constantFrom(
  '',
  '[runner]\nprogram = a\n',
  '<runner>\nprogram a\n',
  '<runner>\nprogram a\n</runner>\n',
);
const anyText = fc.oneof(
  fc
    .tuple(start, fc.array(anyLine, { maxLength: 12 }))
    .map(([text, lines]) => Buffer.from(text + lines.join('\n'))),
  fc.fullUnicodeString({ maxLength: 60 }).map(text => Buffer.from(text)),
  fc.uint8Array({ maxLength: 40 }).map(array => Buffer.from(array)),
);

bytes('Any file is read, or rejected with a file and a line', () => {
  let refused = 0;
  const property = fc.property(anyText, text => {
    writeFileSync(file, text);
    const result = attempt();
    if (!(result instanceof UsageError)) return;
    refused += 1;
    assert.match(result.message, /^\S*c:\d+(:\d+)?: \S[^\n]*[^.\n]$/);
  });
  fc.assert(property, { numRuns: RUNS });
  assert.ok(refused < RUNS * 0.99, `${refused} were refused`);
});

function attempt(): Configuration | UsageError {
  try {
    return succeed();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function succeed(): Configuration {
  return resolveConfiguration({ argv, env: {} });
}

function dollars(text: string): string {
  return text.replaceAll('$', '$$$$');
}

bytes.run();
