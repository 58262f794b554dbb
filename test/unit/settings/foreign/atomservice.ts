import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { readAtomservice } from '../../../../src/settings/foreign/atomservice/read';
import { isAtomservice } from '../../../../src/settings/foreign/atomservice/recognize';
import { UsageError } from '../../../../src/system/errors';
import { findProgram } from '../../../../src/system/find-program';
import { entriesOf, lineOf, refusesWith } from '../../../helpers/foreign';
import { suite } from '../../../runner/guard';

const test = suite("the reader of atomservice's configuration");
const folder = mkdtempSync(join(tmpdir(), 'zd-atomservice-'));
const path = join(folder, 'config.py');
const lacksPython = !('file' in findProgram('python3', [], process.env.PATH)) && 'needs python3';

test.after(() => rmSync(folder, { recursive: true }));

test('the processes become steps of one program, which runs them again and again', () => {
  const { programs } = read(
    'import os',
    'from logging import DEBUG,INFO,WARNING,ERROR,CRITICAL',
    'class AtomExe:',
    '\t"""a process"""',
    '\tdef __init__(self,name,filename,args):',
    '\t\tself.name = name',
    '',
    'POLL_INTERVAL = 5',
    'PROC_INTERVAL = 15',
    'AUDIT_LEVEL = WARNING',
    "NAME='demo'",
    'PROC_LIST=[]',
    "root = '/srv/demo/'",
    "PROC_LIST.append( AtomExe('one',os.path.abspath(root+'a.py'), []) )",
    "PROC_LIST.append( AtomExe('two', 'b.py', ['-l', 12345]) )",
  );
  assert.is(programs[0]?.name, 'demo');
  assert.equal(entriesOf(programs[0]!), {
    umask: '000',
    'run-every': '20',
    'step-pause': '15',
    'step-failure': 'go-on',
  });
  assert.equal(stepsOf(programs), [
    ['one', '/srv/demo/a.py'],
    ['two', 'b.py -l 12345'],
  ]);
  assert.equal(
    programs[0]?.eventLog?.map(({ key, value }) => [key, value]),
    [
      ['path', '/tmp/demo.log'],
      ['level', 'warn'],
      ['format', '%(asctime)s - %(name)s - %(levelname)s - %(message)s'],
    ],
  );
});

test('lists, texts and numbers are computed', () => {
  const { programs } = read(
    'from os.path import join as j, dirname',
    "base = j('/a', 'b') + \"/\" 'c'  # a comment",
    "more = [AtomExe('x', dirname(base), [u'1', str(2), -3])]",
    'PROC_LIST = more + [',
    "  AtomExe(name='y', filename=r'/\\y', args=()),",
    ']; POLL_INTERVAL = 2 * (30 + 1)',
    "PROC_LIST += [AtomExe('z', '''/z''', [''])]",
    'PROC_LIST.extend([])',
    "NAME = 'a' \\",
    "  'b'",
    '"""the end"""',
  );
  assert.is(programs[0]?.name, 'ab');
  assert.is(entriesOf(programs[0]!)['run-every'], '67');
  assert.equal(stepsOf(programs), [
    ['x', '/a/b 1 2 -3'],
    ['y', String.raw`sh -c /\y`],
    ['z', '/z'],
  ]);
});

test('a list has the processes that are added under another name of it', () => {
  const { programs } = read('A = []', 'PROC_LIST = A', "A.append(AtomExe('x', '/x', []))");
  assert.equal(stepsOf(programs), [['x', '/x']]);
});

test('characters of a shell are left to one, as in 1.0.2', () => {
  const { programs, report } = read("PROC_LIST = [AtomExe('x', 'sort', ['<in', '>out'])]");
  assert.equal(stepsOf(programs), [['x', "sh -c 'sort <in >out'"]]);
  assert.match(lineOf(report, 'PROC_LIST').how ?? '', /a shell reads it/);
});

test('names of steps are changed where zd cannot use them', () => {
  const { programs } = read("PROC_LIST = [AtomExe('a b', '/x', []), AtomExe('a b', '/y', [])]", "NAME = ' '");
  assert.equal(stepsOf(programs), [
    ['a-b', '/x'],
    ['a-b-2', '/y'],
  ]);
  assert.is(programs[0]?.name, 'as.daemon');
});

test('without pauses the rounds follow each other at once', () => {
  const { programs } = read("PROC_LIST = [AtomExe('a', '/x', [])]", 'PROC_INTERVAL = 0', 'POLL_INTERVAL = 0');
  assert.is(entriesOf(programs[0]!)['run-every'], '1ms');
  assert.is(entriesOf(programs[0]!)['step-pause'], undefined);
});

test('a configuration without processes is skipped', () => {
  assert.equal(read('PROC_LIST = []', "NAME = 'x'").skipped, [
    { name: 'x', reason: 'its PROC_LIST is empty' },
  ]);
});

test('every line but comments and blank ones has a line in the report', () => {
  const { report } = read('# c', '', 'PROC_LIST = [', "  AtomExe('a', '/x', []),", ']', "PIDFOLDER = '/tmp'");
  assert.equal(
    report.map(({ origin, verdict }) => `${origin} ${verdict}`),
    ['f:3 changed', 'f:4 changed', 'f:5 changed', 'f:6 dropped'],
  );
});

for (const [line, what] of [
  ['for x in []: pass', "what begins with 'for'"],
  ['if True:', "what begins with 'if'"],
  ["NAME = os.environ['X']", "'os.environ'"],
  ['NAME = open("x")', "'open(...)'"],
  ['NAME = "%s" % 1', "what begins with '%'"],
  ['NAME = toString', "'toString'"],
  ['import socket', "'import socket'"],
  ['PROC_LIST.append(x for x in y)', "'x'"],
] as const)
  test(`'${line}' is not followed, but said with its line and what to do`, () => {
    refusesWith(/^f:2: .*--run-it$/, () => read('PROC_LIST = []', line));
    refusesWith(new RegExp(`^f:2: ${what.replace(/[.()]/g, '\\$&')} is more Python`), () =>
      read('PROC_LIST = []', line),
    );
  });

test('text that is no Python, and values of a wrong type, are refused with their line', () => {
  refusesWith(/^f:1: the " is not closed/, () => read('NAME = "x'));
  refusesWith(/^f:3: the file ends inside of brackets/, () => read('NAME = (', '1'));
  refusesWith(/^f:1: NAME must be a text/, () => read('NAME = 1'));
  refusesWith(/^f:1: PROC_LIST must be a list of AtomExe/, () => read('PROC_LIST = ["x"]'));
  refusesWith(/^f:1: POLL_INTERVAL must be a number/, () => read('POLL_INTERVAL = -1'));
  refusesWith(/^f:1: the args of a process must be/, () => read("PROC_LIST = [AtomExe('a', 'b', [None])]"));
});

test.skipIf(lacksPython, 'what must be computed is run by Python when asked for', () => {
  const text =
    "NAME = 'x'\nPROC_LIST = [AtomExe('s%d' % n, '/bin/s', [n, '-v']) for n in range(2)]\nprint('hello')\n";
  const { programs, report } = readText(text, true);
  assert.equal(stepsOf(programs), [
    ['s0', '/bin/s 0 -v'],
    ['s1', '/bin/s 1 -v'],
  ]);
  assert.is(report.length, 3);
  refusesWith(/^cannot read f: running it ended with status 1 \(ZeroDivisionError/, () =>
    readText('x = [1/0]\n', true),
  );
});

test('a file is recognized by its list of processes', () => {
  const candidate = { file: 'f', path: '/x/f', isFolder: false, isExecutable: false };
  assert.ok(isAtomservice({ ...candidate, head: 'import os\nPROC_LIST=[]\n' }));
  assert.not.ok(isAtomservice({ ...candidate, head: '# PROC_LIST = []\n[runner]\n' }));
});

test('arbitrary text is read or refused with a sentence', () => {
  const words = fc.constantFrom(
    ...[
      'PROC_LIST',
      '=',
      '+=',
      '+',
      '*',
      '[',
      ']',
      '(',
      ')',
      ',',
      '.append',
      'AtomExe',
      '"a"',
      "'b'",
      '1',
      '"""',
      "'",
    ],
    ...[
      '\n',
      ' ',
      '\\\n',
      ';',
      '#',
      'os.path.join',
      'NAME',
      'import os',
      'from os import path',
      'class AtomExe:',
      '-',
    ],
  );
  const text = fc.array(fc.oneof(words, words, fc.fullUnicodeString({ maxLength: 3 })), { maxLength: 40 });
  fc.assert(
    fc.property(text, parts => {
      try {
        readText(parts.join(''));
      } catch (error) {
        assert.instance(error, UsageError);
      }
    }),
    { numRuns: 300 },
  );
});

test('a text of a megabyte is read or refused', () => {
  for (const text of [
    `"""${'x'.repeat(1_000_000)}"""\n`,
    `NAME = ${'['.repeat(500_000)}`,
    `NAME = ${'"a" + '.repeat(100_000)}"b"\n`,
  ])
    try {
      readText(text);
    } catch (error) {
      assert.instance(error, UsageError);
    }
});

function stepsOf(programs: ReturnType<typeof readText>['programs']) {
  return programs[0]?.steps?.map(({ key, value }) => [key, value]);
}

function read(...lines: string[]) {
  return readText(`${lines.join('\n')}\n`);
}

function readText(text: string, runsIt = false) {
  writeFileSync(path, text);
  return readAtomservice({ file: 'f', path, env: { PATH: process.env.PATH }, runsIt, variant: null });
}

test.run();
