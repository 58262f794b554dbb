import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { explainSpawn } from '../../../../src/system/run/explain-spawn';
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

test('reports a file that the system does not know how to execute', () => {
  // As the keeper reports it; Node itself hands such a file to a shell.
  const error = Object.assign(new Error('spawn ENOEXEC: errno 8'), { code: 'ENOEXEC', errno: -8 });
  for (const text of ['echo hello\n', '\x7fELF', '\0'])
    assert.match(
      explainSpawn(write(text), error),
      /^it is neither an executable of this system nor a script/,
    );
});

test('reports an interpreter that may not be run, or that is not a program', () => {
  const plain = write('x', 0o644);
  assert.is(explain(`#!${plain}\n`), `its interpreter ${plain} cannot be run: permission denied`);
  const noExec = Object.assign(new Error('spawn E8'), { code: 'E8', errno: -8 });
  assert.is(
    explainSpawn(write(`#!${plain}\n`), noExec),
    `its interpreter ${plain} has a format that the system does not execute`,
  );
  assert.match(explainSpawn(write('\0\x01\x02'), noExec), /^it is neither an executable of this system/);
});

test('reports the processor and the loader of a program', () => {
  const noExec = Object.assign(new Error('spawn E8'), { code: 'E8', errno: -8 });
  for (const [machine, name] of [
    [22, 's390x'],
    [243, 'riscv'],
    [999, 'machine 999'],
  ] as const)
    assert.match(explainSpawn(write(elf(machine)), noExec), `built for another processor, ${name}`);
  const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT', errno: -2 });
  assert.match(
    explainSpawn(write(elf(62, '/lib/no-such-loader.so')), missing),
    'its loader /lib/no-such-loader.so is missing',
  );
  for (const torn of [elf(62, '/lib/x').subarray(0, 70), elf(62).subarray(0, 20)])
    assert.is(explainSpawn(write(torn), missing), 'no such file or directory');
});

test('reports what is too long, and a file that is being written', () => {
  const tooBig = Object.assign(new Error('E2BIG'), { code: 'E2BIG', errno: -7 });
  if (process.platform === 'linux') {
    const environment = { A: 'x', BIG: 'x'.repeat(131_072) };
    assert.match(
      explainSpawn('/x', tooBig, { args: ['a'], environment }),
      'the variable BIG has 131076 bytes',
    );
    const args = ['a', 'x'.repeat(131_072)];
    assert.match(
      explainSpawn('/x', tooBig, { args, environment: {} }),
      "the argument 'xxxxxxxxxxxxxxxxxxxx...'",
    );
  }
  assert.is(explainSpawn('/x', tooBig, { args: ['a'], environment: {} }), 'argument list too long');
  const busy = Object.assign(new Error('ETXTBSY'), { code: 'ETXTBSY', errno: -26 });
  assert.match(explainSpawn('/x', busy), 'open for writing');
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

/** The beginning of a program for 64 bits, with one program header. */
function elf(machine: number, loader = ''): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write('\x7fELF\x02\x01', 'latin1');
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(loader === '' ? 0 : 1, 56);
  bytes.writeUInt32LE(3, 64);
  bytes.writeBigUInt64LE(120n, 72);
  bytes.writeBigUInt64LE(BigInt(loader.length + 1), 96);
  bytes.write(loader, 120);
  return bytes;
}

function write(text: string | Buffer, mode = 0o755): string {
  const file = join(makeTemporaryFolder(), 'program');
  writeFileSync(file, text, { mode });
  return file;
}

test.run();
