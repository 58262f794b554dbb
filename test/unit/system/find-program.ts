import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { findProgram, listPrograms } from '../../../src/system/find-program';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('lookup');

function place(...parts: string[]): string {
  const file = join(...parts);
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

test('a word without a slash is the first executable file of that name on PATH', () => {
  const [first, second] = [makeTemporaryFolder(), makeTemporaryFolder()];
  const wanted = place(second, 'x');
  assert.equal(findProgram('x', [], `${first}:${second}`), { file: wanted });
  mkdirSync(join(first, 'x'));
  assert.equal(findProgram('x', [], `${first}:${second}`), { file: wanted }, 'a folder of that name');
  place(first, 'y');
  chmodSync(place(first, 'z'), 0o644);
  assert.equal(findProgram('y', [], `${first}:${second}`), { file: join(first, 'y') });
  const reason = `no permission to run program '${join(first, 'z')}'; chmod +x it`;
  assert.equal(findProgram('z', [], `${first}:${second}:${first}`), { reason, plain: reason });
});

test('all executables of a name are listed in the order of PATH', () => {
  const [first, second, third] = [makeTemporaryFolder(), makeTemporaryFolder(), makeTemporaryFolder()];
  const [one, two] = [place(third, 'x'), place(first, 'x')];
  chmodSync(place(second, 'x'), 0o644);
  assert.equal(listPrograms('x', `${first}:relative:${second}:${third}:${first}`), [two, one]);
  assert.equal(listPrograms('./x', first), []);
});

test('relative and empty parts of PATH are resolved against the given folders, in order', () => {
  const [first, second] = [makeTemporaryFolder(), makeTemporaryFolder()];
  mkdirSync(join(second, 'bin'));
  const wanted = place(second, 'bin', 'x');
  assert.equal(findProgram('x', [first, second], 'bin'), { file: wanted });
  const here = place(first, 'x');
  assert.equal(findProgram('x', [first, second], ':/nowhere'), { file: here });
});

test("without PATH the system's default path is searched", () => {
  assert.match((findProgram('sh', [], undefined) as { file: string }).file, /\/bin\/sh$/);
});

test('a name that is not found is reported with the PATH', () => {
  assert.equal(findProgram('nosuch-zd', [], '/a:/b'), {
    reason: "can't find program 'nosuch-zd' on PATH ['/a', '/b']",
    plain: 'nosuch-zd is not on PATH',
  });
});

test('the name of a program on PATH that is near is suggested', () => {
  const folder = makeTemporaryFolder();
  place(folder, 'node');
  place(folder, 'python3');
  chmodSync(place(folder, 'notes'), 0o644);
  const sentenceOn = (word: string) => {
    const found = findProgram(word, [], `/nowhere:${folder}`);
    return 'plain' in found && found.plain;
  };
  assert.is(sentenceOn('nodee'), 'nodee is not on PATH; did you mean node?');
  assert.is(sentenceOn('pyhton3'), 'pyhton3 is not on PATH; did you mean python3?');
  assert.is(sentenceOn('notess'), 'notess is not on PATH');
  assert.is(sentenceOn('ruby'), 'ruby is not on PATH');
});

test('a word with a slash is a path, relative to each of the folders in turn', () => {
  const [first, second] = [makeTemporaryFolder(), makeTemporaryFolder()];
  const wanted = place(second, 'x');
  assert.equal(findProgram('./x', [first, second], second), { file: wanted });
  assert.equal(findProgram(wanted, [first], ''), { file: wanted });
  const nearer = place(first, 'x');
  assert.equal(findProgram('./x', [first, second], ''), { file: nearer });
});

test('a path that cannot be run is reported with the reason', () => {
  const folder = makeTemporaryFolder();
  chmodSync(place(folder, 'x'), 0o600);
  mkdirSync(join(folder, 'd'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  for (const [word, reason] of [
    ['./nosuch', "can't stat program './nosuch'"],
    ['./dangling', "can't stat program './dangling'"],
    ['./x', "no permission to run program './x'; chmod +x it"],
    ['./d', "no permission to run program './d': it is not a regular file"],
    ['x/y', "can't stat program 'x/y'"],
  ] as const)
    assert.equal(findProgram(word, [folder], ''), { reason, plain: reason });
  const reason = 'the program is an empty string';
  assert.equal(findProgram('', [folder], '/bin'), { reason, plain: reason });
});

test('no word makes it throw', () => {
  fc.assert(
    fc.property(fc.fullUnicodeString(), fc.fullUnicodeString(), (word, path) => {
      const found = findProgram(word, ['/nowhere'], path);
      assert.ok('file' in found || found.reason !== '');
    }),
    { numRuns: 500 },
  );
});

test.run();
