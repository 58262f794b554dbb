import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { readPycroraptor } from '../../../../src/settings/foreign/pycroraptor/read';
import { isPycroraptor } from '../../../../src/settings/foreign/pycroraptor/recognize';
import { UsageError } from '../../../../src/system/errors';
import { entriesOf, lineOf, refusesWith, variablesOf } from '../../../helpers/foreign';
import { suite } from '../../../runner/guard';

const test = suite('the reader of pycroraptor.json');
const folder = mkdtempSync(join(tmpdir(), 'zd-pycroraptor-'));
const path = join(folder, 'pycroraptor.json');

test.after(() => rmSync(folder, { recursive: true }));

test('a service runs once, can be sent input, and has a file for each start', () => {
  const { programs } = readServices({ bc: { command: 'bc -i' } });
  assert.equal(entriesOf(programs[0]!), {
    program: 'bc -i',
    umask: '000',
    once: 'on',
    'start-seconds': '0',
    'stop-timeout': '5',
    stdin: 'control',
    transcript: join(folder, 'bc_latest.txt'),
    'transcript-mode': '644',
    'transcript-timestamps': 'iso',
    'transcript-markers': 'on',
    'transcript-rotate-start': 'on',
    'transcript-keep': '0',
    autostart: 'off',
  });
});

test('a command is split as by shlex, where a backslash takes the meaning of any character', () => {
  const { programs } = readServices({ a: { command: String.raw`a 'b c' d\ne "f\"g"` }, sleep: {} });
  assert.is(entriesOf(programs[0]!).program, `a 'b c' dne 'f"g'`);
  assert.is(entriesOf(programs[1]!).program, 'sleep');
  refusesWith(/^f:1: command has a ' that is not closed/, () => readServices({ a: { command: "a '" } }));
});

test('only the group startup is started with the others; each group is a tag', () => {
  const services = { a: {}, b: {}, c: {} };
  const { programs, report } = read({
    SERVICES: services,
    GROUPS: { startup: ['b', 'a'], 'web one': ['c'], late: ['a'] },
  });
  const [a, b, c] = programs.map(entriesOf);
  assert.equal([a?.autostart, a?.tags], [undefined, 'startup, late']);
  assert.equal([b?.autostart, b?.tags], [undefined, 'startup']);
  assert.equal([c?.autostart, c?.tags], ['off', undefined]);
  assert.is(lineOf(report, 'web one').verdict, 'dropped');
});

test('a group with a service that is not there is said to be wrong', () => {
  const { report } = read({ SERVICES: {}, GROUPS: { startup: ['x'] } });
  assert.is(lineOf(report, 'startup').how, 'there is no service x');
});

test('null takes a variable away', () => {
  const { programs } = readServices({ a: { env: { A: ' x\n', B: null, C: null } } });
  assert.equal(variablesOf(programs[0]!), { A: ' x\n' });
  assert.is(entriesOf(programs[0]!)['unset-environment'], 'B, C');
  refusesWith(/^f:1: A must be a text, or null/, () => readServices({ a: { env: { A: 1 } } }));
});

test('streams and logs are paths without special characters', () => {
  const { programs } = readServices({
    a: { stdin: 'control', stdout: '/tmp/fifo', log: null },
    b: { log: 'x.txt' },
    c: { log: `/abs/$\{name}` },
    d: { cwd: '~x' },
  });
  const [a, b, c, d] = programs.map(entriesOf);
  assert.equal([a?.stdin, a?.stdout, a?.transcript], ['./control', '/tmp/fifo', undefined]);
  assert.equal([b?.transcript, b?.['transcript-rotate-start']], [join(folder, 'x.txt'), undefined]);
  assert.is(c?.transcript, '/abs/c');
  assert.is(d?.directory, './~x');
});

test('keys without a meaning are dropped, each with its line', () => {
  const text = JSON.stringify({ PORTS: 'p', toString: 1, SERVICES: { a: { color: 'red' } } }, null, 2);
  const { report } = readText(text);
  assert.match(lineOf(report, '"toString"').how ?? '', /^pycroraptor2 has no use for it/);
  for (const key of ['"PORTS"', '"toString"', '"color"']) assert.is(lineOf(report, key).verdict, 'dropped');
  assert.is(lineOf(report, '"color"').origin, 'f:6');
});

test('values of a wrong type, and text that is no JSON, are refused with their line', () => {
  refusesWith(/^f:1: SERVICES must be an object/, () => read({ SERVICES: [] }));
  refusesWith(/^f:1: startup must be a list/, () => read({ GROUPS: { startup: 'a' } }));
  refusesWith(/^f:1: the configuration must be an object/, () => readText('[]'));
  refusesWith(/^f:2: .*the file must be JSON/, () => readText('{\n"SERVICES": x}'));
  refusesWith(/^f:2: .*the file must be JSON/, () => readText('{"SERVICES": {\n'));
  refusesWith(/^f: it is nested too deep/, () => readText('['.repeat(200_000) + ']'.repeat(200_000)));
});

test('a script is run only when asked for, and its output is read', () => {
  const script = `#!/bin/sh\necho '{"SERVICES": {"a": {"command": "b"}}}'\n`;
  refusesWith(/^f: it is a script .*--run-it/, () => readText(script));
  chmodSync(path, 0o755);
  const { programs } = readText(script, true);
  assert.is(entriesOf(programs[0]!).program, 'b');
  assert.is(programs[0]?.entries[0]?.origin, 'f (printed):1');
  refusesWith(/^f \(printed\):1: .*must be JSON/, () => readText('#!/bin/sh\necho x\n', true));
});

test('a file is recognized by its services', () => {
  const candidate = { file: 'f', path: '/x/f', isFolder: false, isExecutable: false };
  assert.ok(isPycroraptor({ ...candidate, head: '{"PORTS": 1, "SERVICES": {' }));
  assert.ok(
    isPycroraptor({ ...candidate, isExecutable: true, head: "#!/usr/bin/python\nC = {'SERVICES': {" }),
  );
  assert.not.ok(isPycroraptor({ ...candidate, head: '{"apps": []}' }));
  assert.not.ok(isPycroraptor({ ...candidate, head: 'x = {"SERVICES": 1}' }));
});

test('arbitrary values are read or refused with a sentence', () => {
  const service = fc.dictionary(
    fc.constantFrom('command', 'cwd', 'env', 'log', 'stdin', 'stdout', 'x'),
    fc.jsonValue(),
  );
  const value = fc.record({
    SERVICES: fc.dictionary(fc.fullUnicodeString({ maxLength: 4 }), service),
    GROUPS: fc.dictionary(fc.constantFrom('startup', 'b'), fc.array(fc.string({ maxLength: 2 }))),
  });
  fc.assert(
    fc.property(fc.oneof(value, fc.jsonValue()), one => {
      try {
        read(one);
      } catch (error) {
        assert.instance(error, UsageError);
      }
    }),
  );
});

function readServices(services: object) {
  return read({ SERVICES: services });
}

function read(value: unknown) {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return readText(JSON.stringify(isObject ? { LOG_DIR: folder, ...value } : value));
}

function readText(text: string, runsIt = false) {
  writeFileSync(path, text);
  return readPycroraptor({ file: 'f', path, env: { PATH: process.env.PATH }, runsIt, variant: null });
}

test.run();
