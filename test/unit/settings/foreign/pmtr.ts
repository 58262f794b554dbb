import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { parsePmtr } from '../../../../src/settings/foreign/pmtr/grammar';
import { interpretPmtr } from '../../../../src/settings/foreign/pmtr/read';
import { isPmtr } from '../../../../src/settings/foreign/pmtr/recognize';
import { UsageError } from '../../../../src/system/errors';
import { entriesOf, lineOf, refusesWith } from '../../../helpers/foreign';
import { suite } from '../../../runner/guard';

const test = suite('the reader of pmtr.conf');

test('a job becomes a program that is started again after every end but status 33', () => {
  const { programs } = read('job {', '  name worker', '  cmd /bin/worker -v "two words"', '  dir /srv', '}');
  assert.is(programs.length, 1);
  assert.is(programs[0]?.name, 'worker');
  assert.equal(entriesOf(programs[0]!), {
    program: "/bin/worker -v 'two words'",
    directory: '/srv',
    umask: '000',
    'exit-codes': '33',
    forever: 'on',
    'backoff-first': '10',
    'backoff-factor': '1',
    'backoff-limit': '10',
    'stop-timeout': '10',
  });
});

test('a job with once runs once, and need not live for long', () => {
  const entries = entriesOfJob('once');
  assert.is(entries.once, 'on');
  assert.is(entries['start-seconds'], '0');
  assert.is(entries.forever, undefined);
});

test('a misspelt option behind a command is a further word of it, and said to be', () => {
  const { programs, report } = read('job {', 'name x', 'cmd /bin/true', 'bogus 1', '}');
  assert.is(entriesOf(programs[0]!).program, '/bin/true bogus 1');
  const line = report.find(({ origin }) => origin === 'f:4');
  assert.is(line?.verdict, 'changed');
  assert.match(line?.how ?? '', /further words of cmd in line 3/);
});

test('a misspelt option elsewhere is refused with its line', () => {
  refuses(/^f:3: 'bogus' stands where an option of a job must come next/, 'job {', 'name x', 'bogus 1', '}');
});

test('keywords count at the start of a line only, so an argument can be one', () => {
  const entries = entriesOfJob('cmd /bin/echo name wait } out');
  assert.is(entries.program, '/bin/echo name wait } out');
});

test('the words on, to, every and { count everywhere, so as arguments they are refused unless quoted', () => {
  refuses(/^f:3: 'on' stands where .*write "on"/, 'job {', 'name x', 'cmd /bin/echo on', '}');
  assert.is(entriesOfJob('cmd /bin/echo "on"').program, '/bin/echo on');
});

test('a closing brace on the line of the files does not close them', () => {
  refuses(
    /^f:1: the job has no '}' at the start of a line/,
    'job {',
    'name x',
    'cmd /x',
    'depends { a }',
    '}',
  );
});

test('a comment can begin wherever a word can, but not inside of one or in quotes', () => {
  assert.is(entriesOfJob('cmd /bin/x a#b "# c" # d').program, "/bin/x a#b '# c'");
});

test('a quoted word ends at the next quote, and a quote inside a word is a character', () => {
  assert.is(entriesOfJob('cmd /bin/x "a"b c"d').program, `/bin/x a b 'c"d'`);
  refuses(/^f:3: the " is not closed on its line/, 'job {', 'name x', 'cmd /bin/x "a', '}');
});

test('only arguments can be quoted', () => {
  refuses(/^f:2: 'x' stands where a value must come next; only arguments/, 'job {', 'name "x"', '}');
});

test('a second cmd puts its path in front of all words', () => {
  const { programs } = read('job {', 'name x', 'cmd /a 1', 'cmd /b 2', '}');
  assert.is(entriesOf(programs[0]!).program, '/b /a 1 2');
});

test('a command without a slash is not looked up in PATH', () => {
  assert.is(entriesOfJob('cmd worker').program, './worker');
});

test('name, dir, in, out and err can be there only once; of others the last one counts', () => {
  refuses(/^f:3: name is already set in line 2/, 'job {', 'name x', 'name y', '}');
  assert.is(entriesOfJob('nice 3', 'nice 5').nice, '5');
  const { report } = job('nice 3', 'nice 5');
  assert.is(lineOf(report, 'nice 3').verdict, 'dropped');
});

test('a job without a name, and a file without an end, are refused', () => {
  refuses(/^f:1: the job has no name/, 'job {', 'cmd /x', '}');
  refuses(/^f:1: the job has no '}'/, 'job {', 'name test_job', 'cmd /bin/true');
  refuses(/^f:1: the job has no '}'/, 'job {', 'name a', 'job {', 'name b', '}');
});

test('two jobs of one name become two programs', () => {
  const { programs, report } = read('job {', 'name x', '}', 'job {', 'name x', '}', 'job {', 'name a/b', '}');
  assert.equal(
    programs.map(({ name }) => name),
    ['x', 'x-2', 'a-b'],
  );
  assert.is(report.find(({ origin }) => origin === 'f:5')?.how, 'the name is x-2');
});

test('every line but blank ones and comments has one line in the report', () => {
  const { report } = read('# c', 'job { # x', '', 'name a', 'cmd /x', '  # d', '}');
  assert.equal(
    report.map(({ origin, verdict }) => [origin, verdict]),
    [2, 4, 5, 7].map(line => [`f:${line}`, 'taken']),
  );
});

test('a file is recognized by its first words, an empty one by its name', () => {
  const candidate = { file: 'f', path: '/x/f', isFolder: false, isExecutable: false };
  for (const [head, expected] of [
    ['# c\n\njob {\n', true],
    ['report to udp://x:1\n', true],
    ['listen on udp://x:1\n', true],
    ['[runner]\njob {\n', false],
    ['jobs: 1\n', false],
    ['', false],
  ] as const)
    assert.is(isPmtr({ ...candidate, head }), expected);
  assert.ok(isPmtr({ ...candidate, path: '/etc/pmtr.conf', head: '\n' }));
});

test('arbitrary text is read or refused with a sentence', () => {
  const words = fc.constantFrom(
    ...[
      'job {',
      'job',
      'name x',
      'cmd /x',
      '}',
      '{',
      'ulimit',
      '-n 3',
      'depends {',
      'a',
      'wait',
      'once',
      'order 1',
    ],
    ...[
      'cpu 0x1',
      'cpu 1-3',
      'nice 4',
      'bounce every 3s',
      'env A=b',
      '"',
      '#',
      '\n',
      '\r',
      'report to',
      'udp://h:1',
    ],
  );
  const text = fc.array(fc.oneof(words, words, fc.fullUnicodeString({ maxLength: 5 })), { maxLength: 40 });
  fc.assert(
    fc.property(text, fc.constantFrom(' ', '\n'), (parts, glue) => {
      try {
        interpretPmtr(parts.join(glue), 'f');
      } catch (error) {
        assert.instance(error, UsageError);
        assert.match((error as Error).message, /^f:\d+: /);
      }
    }),
    { numRuns: 2000 },
  );
});

test('any jobs that are written down are read as they are', () => {
  const word = fc
    .stringMatching(/^[a-z/][a-z0-9/#"-]{0,6}$/)
    .filter(one => !['on', 'to', 'every'].includes(one));
  const jobs = fc.array(fc.record({ name: word, words: fc.array(word, { minLength: 1, maxLength: 4 }) }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(jobs, list => {
      const text = list
        .map(({ name, words }) => `job {\n name ${name}\n cmd ${words.join(' ')}\n}\n`)
        .join('');
      const { jobs: parsed } = parsePmtr(text, 'f');
      assert.equal(
        parsed.map(({ statements }) => statements.map(({ words }) => words.map(({ value }) => value))),
        list.map(({ name, words }) => [[name], words]),
      );
    }),
  );
});

function read(...lines: string[]) {
  return interpretPmtr(`${lines.join('\n')}\n`, 'f');
}

function job(...lines: string[]) {
  const command = lines.some(line => line.startsWith('cmd ')) ? [] : ['cmd /bin/x'];
  return read('job {', 'name x', ...command, ...lines, '}');
}

function entriesOfJob(...lines: string[]) {
  return entriesOf(job(...lines).programs[0]!);
}

function refuses(message: RegExp, ...lines: string[]): void {
  refusesWith(message, () => read(...lines));
}

test.run();
