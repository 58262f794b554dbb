import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { readIni } from '../../../../src/settings/file/ini';
import { readForeignText } from '../../../../src/settings/foreign/read-foreign';
import type { ForeignProgram, ReportLine } from '../../../../src/settings/foreign/reading';
import { describeLosses, formatReport } from '../../../../src/settings/foreign/report-text';
import { runForeign } from '../../../../src/settings/foreign/run-foreign';
import { findUnwritable, toIni } from '../../../../src/settings/foreign/to-ini';
import { strip } from '../../../../src/system/blanks';
import { UsageError } from '../../../../src/system/errors';
import { identityOf } from '../../../../src/system/trust/trusted-file';
import { suite } from '../../../runner/guard';

const test = suite('what all foreign readers share');
const folder = mkdtempSync(join(tmpdir(), 'zd-foreign-'));
const env = { PATH: process.env.PATH };
let count = 0;

test.after(() => rmSync(folder, { recursive: true }));

test('a file of another system is read as text without its byte-order mark, with its identity', () => {
  const path = write('\ufeffjob {\r\n}\n');
  const { text, identity } = readForeignText('f', path);
  assert.is(text, 'job {\r\n}\n');
  assert.is(identity, identityOf(statSync(path)));
});

test('a pipe is read as well', () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  execFileSync('sh', ['-c', 'printf "web: x\\n" >"$1" & exec true', 'sh', path], { stdio: 'ignore' });
  assert.is(readForeignText('f', path).text, 'web: x\n');
});

for (const [what, content, message] of [
  [
    'a file of more than 1 MiB',
    Buffer.alloc(1024 * 1024 + 1, 'x'),
    /^cannot read f: it is longer than 1 MiB/,
  ],
  ['a binary file', Buffer.from('ab\nc\0d'), /^f:2:2: there is a NUL character/],
  ['invalid UTF-8', Buffer.from([0x61, 0x0a, 0xff]), /^f:2:1: invalid UTF-8/],
] as const)
  test(`${what} is refused with one sentence`, () => {
    assert.throws(() => readForeignText('f', write(content)), isUsage(message));
  });

test('a folder, a device and a missing file are refused with one sentence', () => {
  assert.throws(() => readForeignText('f', folder), isUsage(/^cannot read f: it is a directory/));
  assert.throws(() => readForeignText('f', '/dev/zero'), isUsage(/^cannot read f: it is not a regular file/));
  assert.throws(() => readForeignText('f', join(folder, 'none')), isUsage(/no such file or directory/));
});

test('a configuration that must be run prints what is read', () => {
  const path = script('echo "$1 in $(pwd) for $WHO"');
  const place = join(folder, 'place');
  mkdirSync(place);
  const printed = runForeign([path, 'hi'], { path, cwd: place, env: { ...env, WHO: 'me' }, file: 'f' });
  assert.is(printed, `hi in ${place} for me\n`);
});

test('a configuration that fails is refused with its status and its last words', () => {
  const path = script('echo first >&2; echo no such thing >&2; exit 3');
  assert.throws(() => run(path), isUsage(/^cannot read f: .* ended with status 3 \(no such thing\)/));
});

test('a configuration that prints too much, or cannot be run, is refused', () => {
  assert.throws(() => run(script('exec cat /dev/zero')), isUsage(/prints more than 1 MB/));
  const path = script('');
  const absent = () => runForeign([join(folder, 'none')], { path, cwd: folder, env, file: 'f' });
  assert.throws(absent, isUsage(/cannot be run: no such file or directory/));
});

test.skipIf(
  process.getuid?.() !== 0 && 'needs root',
  'root runs the configuration of a user as that user',
  () => {
    const path = script('id -u; id -G; echo "$HOME"');
    chmodSync(folder, 0o755);
    chownSync(path, 65534, 65534);
    const [uid, groups, home] = run(path).split('\n');
    assert.equal([uid, groups], ['65534', '65534']);
    assert.is.not(home, process.env.HOME);
  },
);

test('a report line names the place, the verdict and the reason', () => {
  const lines = [line('taken', 'name x', null), line('dropped', 'nice 3', 'no such thing')];
  assert.equal(formatReport(lines), ["f:1: taken 'name x'", "f:1: dropped 'nice 3': no such thing"]);
});

test('the losses are one sentence, and none without losses', () => {
  const lost = line('dropped', 'nice 3', 'no such thing', true);
  assert.is(describeLosses([line('changed', 'x', 'so')]), null);
  assert.is(
    describeLosses([lost, lost]),
    "f:1: dropped 'nice 3': no such thing, and 1 other line; 'zd show config' lists what differs",
  );
});

test('what is written as INI is read as the same entries; what INI cannot hold is a comment and reported', () => {
  const text = fc
    .array(fc.oneof(fc.constantFrom(...`;#%=$"'\\[]{} \t\r\n\0`, '\u00a0', 'é'), fc.char()), {
      maxLength: 12,
    })
    .map(parts => parts.join(''));
  const key = text
    .map(name => strip(name.replace(/[=\r\n\0]/g, '')))
    .filter(name => !/^([;#[]|$)/.test(name));
  const entry = fc.record({ key, value: text, origin: fc.constant('f:1'), column: fc.constant(null) });
  const entries = fc.array(entry, { maxLength: 4 });
  const program = fc.record({ name: fc.constant('x'), entries, environment: entries, steps: entries });
  fc.assert(
    fc.property(program, one => {
      const unwritable = findUnwritable([one]);
      const read = readBack(toIni({ programs: [one], skipped: [] }));
      for (const part of ['entries', 'environment', 'steps'] as const) {
        const kept = one[part].filter(({ value }) => !/[\r\n\0]|^[ \t]|[ \t]$/.test(value));
        assert.equal(
          read[part],
          kept.map(({ key, value }) => [key, value]),
        );
      }
      const all = [...one.entries, ...one.environment, ...one.steps];
      const written = [...read.entries, ...read.environment, ...read.steps];
      assert.is(unwritable.length, all.length - written.length);
    }),
  );
});

test('what was skipped is a comment on top', () => {
  const programs: ForeignProgram[] = [{ name: 'x', entries: [], environment: [] }];
  const skipped = [{ name: 'y', reason: 'it is\nnot active' }];
  assert.is(toIni({ programs, skipped }), '; y is left out: it is not active\n\n[program:x]\n');
});

function readBack(text: string): Record<'entries' | 'environment' | 'steps', [string, string][]> {
  const renamed = text.replace(/^\[program:x\]/m, '[runner]').replace(/^\[(environment|steps):x\]/gm, '[$1]');
  const { sections } = readIni({ file: 'f', path: '/f', identity: '', lines: renamed.split('\n') });
  const of = (type: string) =>
    (sections.find(section => section.type === type)?.entries ?? []).map(
      ({ key, value }): [string, string] => [key, value],
    );
  return { entries: of('runner'), environment: of('environment'), steps: of('steps') };
}

function line(verdict: ReportLine['verdict'], text: string, how: string | null, losesBehaviour = false) {
  return { origin: 'f:1', text, verdict, how, losesBehaviour };
}

function run(path: string): string {
  return runForeign([path], { path, cwd: folder, env, file: 'f' });
}

function script(body: string): string {
  const path = write(`#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

function write(content: string | Buffer): string {
  const path = join(folder, `f${++count}`);
  writeFileSync(path, content);
  return path;
}

function isUsage(message: RegExp) {
  return (error: unknown) => {
    assert.instance(error, UsageError);
    assert.match((error as Error).message, message);
    return true;
  };
}

test.run();
