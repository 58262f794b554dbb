import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { explainSpawn } from '../../../../src/manager/program/explain-spawn';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const test = suite('a program that cannot be run');

test('reports the missing interpreter of a script', () => {
  for (const line of ['#!/no/such/sh', '#! /no/such/sh -e', '#!\t/no/such/sh\t-e'])
    assert.is(explain(`${line}\necho\n`), 'its interpreter /no/such/sh is missing');
});

test('reports lines that end with CR LF', () => {
  assert.is(
    explain('#!/bin/sh\r\necho\r\n'),
    'it has CR LF line endings, so its interpreter /bin/sh was not found; convert them to LF',
  );
});

test('everything else is reported with the message of the system', () => {
  const missing = join(makeTemporaryFolder(), 'missing');
  assert.is(explainSpawn(missing, spawnSync(missing).error), 'no such file or directory');
  const file = write('#!/no/such/sh\n', 0o644);
  assert.is(explainSpawn(file, spawnSync(file).error), 'permission denied');
  const notFound = Object.assign(new Error('ENOENT'), { code: 'ENOENT', errno: -2 });
  for (const text of ['', '#!', '#!\n', '#!/bin/sh\n', 'echo\n'])
    assert.is(explainSpawn(write(text), notFound), 'no such file or directory', text);
});

function explain(text: string): string {
  const file = write(text);
  return explainSpawn(file, spawnSync(file).error);
}

function write(text: string, mode = 0o755): string {
  const file = join(makeTemporaryFolder(), 'program');
  writeFileSync(file, text, { mode });
  return file;
}

test.run();
