import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { ValueFault } from '../../../../src/settings/faults';
import { formatProbes, parseProbes } from '../../../../src/settings/probes/grammar';
import type { Probe } from '../../../../src/settings/probes/probe';
import { suite } from '../../../runner/guard';

const test = suite('probes');
const env = { HOME: '/home/ada' };

function read(text: string): Probe[] {
  return parseProbes(text, env);
}

/** Where a value is wrong, and why. */
function refuse(text: string, excluded = {}): { column: number | null; message: string } {
  try {
    parseProbes(text, env, excluded);
  } catch (error) {
    if (error instanceof ValueFault) return { column: error.column, message: error.message };
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

test('each kind has its words', () => {
  assert.equal(read('port 8080'), [{ kind: 'port', host: null, port: 8080 }]);
  assert.equal(read('port db.lan:5432'), [{ kind: 'port', host: 'db.lan', port: 5432 }]);
  assert.equal(read('port [::1]:80'), [{ kind: 'port', host: '::1', port: 80 }]);
  assert.equal(read('port [fe80::1%eth0]:80'), [{ kind: 'port', host: 'fe80::1%eth0', port: 80 }]);
  assert.equal(read('socket run/app.sock'), [{ kind: 'socket', path: 'run/app.sock' }]);
  assert.equal(read('file ~/ready'), [{ kind: 'file', path: '/home/ada/ready' }]);
  assert.equal(read('http http://127.0.0.1:8080/health'), [
    { kind: 'http', url: 'http://127.0.0.1:8080/health' },
  ]);
  assert.equal(read('http https+insecure://[::1]/x'), [{ kind: 'http', url: 'https+insecure://[::1]/x' }]);
  assert.equal(read(String.raw`output ^listening\son`), [
    { kind: 'output', pattern: String.raw`^listening\son` },
  ]);
  assert.equal(read('fd 3'), [{ kind: 'fd', fd: 3 }]);
  assert.equal(read('notify'), [{ kind: 'notify' }]);
  assert.equal(read(`command sh -c 'a b'`), [{ kind: 'command', words: ['sh', '-c', 'a b'] }]);
});

test('a bare and separates two probes, a quoted one is a word', () => {
  assert.equal(read('port 1 and command test -e x and notify'), [
    { kind: 'port', host: null, port: 1 },
    { kind: 'command', words: ['test', '-e', 'x'] },
    { kind: 'notify' },
  ]);
  assert.equal(read(`command say this 'and' that`), [
    { kind: 'command', words: ['say', 'this', 'and', 'that'] },
  ]);
  assert.equal(read(`output up 'and' running and fd 4`), [
    { kind: 'output', pattern: 'up and running' },
    { kind: 'fd', fd: 4 },
  ]);
  assert.equal(read(`output 'up and running'`), [{ kind: 'output', pattern: 'up and running' }]);
  assert.equal(formatProbes(read(`command a 'and' b and file 'and'`)), `command a 'and' b and file 'and'`);
});

test('a fault names the column of the word', () => {
  const columns: [string, number | null, string][] = [
    ['', null, 'must be a probe such as port 8080, not empty'],
    ['prot 80', 1, `has an unknown kind of probe, 'prot'; did you mean port?`],
    ['port 80 and http://x/', 13, `has an unknown kind of probe, 'http://x/'; write http http://x/`],
    ['8080', 1, 'a probe begins with port, socket, http, file, output, fd, notify or command'],
    ['and port 80', 1, `has no probe before 'and'`],
    ['port 80 and', 12, `has no probe after 'and'`],
    ['port 80 and and fd 3', 13, `has no probe before 'and'`],
    ['port', 1, 'has nothing after port; write port 8080 or db.lan:5432'],
    ['port 65536', 6, 'must have a port from 1 to 65535, not 65536'],
    ['port 0', 6, 'must have a port from 1 to 65535, not 0'],
    ['port host', 6, `must name a port such as 8080, db.lan:5432 or [::1]:80, not 'host'`],
    ['port ::1:80', 6, 'must name a port'],
    ['port [db]:80', 6, 'must name a port'],
    ['port :80', 6, 'must name a port'],
    ['port 80 81', 9, `has '81' after 'port 80'; write 'and' between two probes`],
    ['port 80 file x', 9, `has 'file' after 'port 80'`],
    ['http 127.0.0.1', 6, 'must have a URL such as http://127.0.0.1:8080/health'],
    ['http ftp://x/', 6, 'must have a URL with http://, https:// or https+insecure://'],
    ['http http://x:70000/', 6, 'must have a port from 1 to 65535, not 70000'],
    ['http http://', 6, `has a URL that cannot be read, 'http://'`],
    [`file ''`, 6, 'must have a path after file, not an empty word'],
    ['socket ~nobody-at-all/x', 8, `has a path that names the home of 'nobody-at-all'`],
    ['fd 2', 4, `must have a descriptor from 3 to 9 after fd, not '2'`],
    ['fd 10', 4, `must have a descriptor from 3 to 9 after fd, not '10'`],
    ['notify please', 8, `has 'please' after notify`],
    ['command', 1, 'has no command after command'],
    [`command 'a`, 9, `has a ' that is not closed`],
    ['output', 1, 'has nothing after output'],
  ];
  for (const [text, column, message] of columns) {
    const fault = refuse(text);
    assert.is(fault.column, column, text);
    assert.match(fault.message, message);
  }
});

test('a regular expression is wrong at a column', () => {
  const columns: [string, number, string][] = [
    ['output a(b', 9, 'unterminated group'],
    ['output a(?:b(c)', 9, 'unterminated group'],
    ['output a)b', 9, 'unmatched'],
    ['output a**', 10, 'nothing to repeat'],
    ['output *a', 8, 'nothing to repeat'],
    ['output x[a-z', 9, 'unterminated character class'],
    ['output x[z-a]', 12, 'range out of order'],
    ['output (?<n>a)(?#b)', 16, 'invalid group'],
    [`output 'a b' '(c'`, 15, 'unterminated group'],
    ['output über(', 12, 'unterminated group'],
    [String.raw`output "a\\(b" c)`, 17, 'unmatched'],
    ['port 80 and output a(b', 21, 'unterminated group'],
    ['output 😀(', 9, 'unterminated group'],
  ];
  for (const [text, column, reason] of columns) {
    const fault = refuse(text);
    assert.match(fault.message, `has a regular expression that is wrong here: ${reason}`);
    assert.is(fault.column, column, text);
  }
});

test('a setting can exclude kinds, and says why', () => {
  const fault = refuse('file x and output y', { output: 'the program is not up yet', notify: 'no' });
  assert.equal(fault, {
    column: 12,
    message: 'cannot be output: the program is not up yet; use port, socket, http, file, fd or command',
  });
});

test('there are at most 16 of them', () => {
  assert.is(read(Array(16).fill('fd 3').join(' and ')).length, 16);
  assert.match(refuse(Array(17).fill('fd 3').join(' and ')).message, 'has 17 probes, but 16 is the limit');
});

const word = fc.oneof(
  fc.constantFrom('and', 'port', `'`, '"', '\\', '\\\\', ' ', 'a b', '$x', 'ü😀'),
  fc.string({ minLength: 1, maxLength: 8 }).filter(text => !text.includes('\0')),
);
const path = word.filter(text => !/^[~$]/.test(text));
const isPattern = (text: string) => {
  try {
    return new RegExp(text) !== null;
  } catch {
    return false;
  }
};
const probe: fc.Arbitrary<Probe> = fc.oneof(
  fc.record({
    kind: fc.constant('port' as const),
    host: fc.constantFrom(null, 'localhost', '10.0.0.1', '::1', 'db-1.lan'),
    port: fc.integer({ min: 1, max: 65_535 }),
  }),
  fc.record({ kind: fc.constantFrom('socket' as const, 'file' as const), path }),
  fc.record({ kind: fc.constant('http' as const), url: fc.webUrl({ withFragments: true }) }),
  fc.record({ kind: fc.constant('output' as const), pattern: word.filter(isPattern) }),
  fc.record({ kind: fc.constant('fd' as const), fd: fc.integer({ min: 3, max: 9 }) }),
  fc.constant({ kind: 'notify' as const }),
  fc.record({ kind: fc.constant('command' as const), words: fc.array(word, { minLength: 1, maxLength: 4 }) }),
);

test('what is formatted is read as the same', () => {
  fc.assert(
    fc.property(fc.array(probe, { minLength: 1, maxLength: 4 }), probes => {
      assert.equal(read(formatProbes(probes)), probes);
    }),
  );
});

test('any text is read or refused, and a column lies in the text', () => {
  const piece = fc.oneof(word, fc.constantFrom('output (', 'port 99999', ' and ', 'http ', 'fd '));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), pieces => {
      const text = pieces.join(' ');
      try {
        const probes = read(text);
        assert.equal(read(formatProbes(probes)), probes);
      } catch (error) {
        assert.instance(error, ValueFault);
        const { column } = error as ValueFault;
        if (column !== null) assert.ok(column >= 1 && column <= Array.from(text).length + 1);
      }
    }),
  );
});

test.run();
