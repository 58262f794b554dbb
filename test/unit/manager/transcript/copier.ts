import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { Copier, dismissLeftCopier } from '../../../../src/manager/transcript/copier';
import { systemClock } from '../../../../src/system/clock';
import { makeFifos } from '../../../../src/system/fifo';
import { childrenOf, waitForEnd } from '../../../helpers/processes';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { until } from '../../../helpers/within';
import { suite } from '../../../runner/guard';

const test = suite('copier');
const noPerl = spawnSync('perl', ['-v']).status !== 0 && 'there is no perl';
const needsLinux = (noPerl || process.platform !== 'linux') && 'needs perl, /proc and /dev/full';
const closers: (() => unknown)[] = [];

test.after.each(() => {
  for (const close of closers.splice(0).reverse()) close();
});

test.skipIf(noPerl, 'everything written before a drain is in the file after it', () => {
  const { copier, write, text } = start();
  let all = '';
  for (let line = 0; line < 500; line++) {
    write(`line ${line}\n`);
    all += `line ${line}\n`;
    if (line % 50 === 0) {
      assert.ok(copier.drain());
      assert.is(text(), all);
    }
  }
  assert.ok(copier.drain());
  assert.is(text(), all);
  assert.is(copier.dismiss().length, 0);
});

test.skipIf(noPerl, 'a hundred dismissals during a stream lose and duplicate nothing', () => {
  const first = start();
  const writer = spawn('sh', ['-c', 'i=0; while [ $i -lt 60000 ]; do echo $i; i=$((i+1)); done'], {
    stdio: ['ignore', first.writeEnd, 'ignore'],
  });
  let { copier } = first;
  for (let count = 0; count < 100; count++) {
    assert.is(copier.dismiss().length, 0);
    copier = first.again();
  }
  return new Promise<void>(resolve => writer.once('exit', () => resolve())).then(() => {
    assert.ok(copier.drain());
    copier.dismiss();
    assert.is(first.text(), Array.from({ length: 60000 }, (_, line) => `${line}\n`).join(''));
  });
});

test.skipIf(needsLinux, 'bytes that cannot be written are reported, and returned exactly', async () => {
  const { copier, write, words } = start('/dev/full');
  write('these are lost on the disk\n');
  await until(30, 'the report', () => words.includes('file error'));
  write('and these wait in the FIFO\n');
  assert.is(copier.dismiss().toString(), 'these are lost on the disk\n');
});

test.skipIf(needsLinux, 'a drain reports a full disk', () => {
  const { copier, write } = start('/dev/full');
  write('lost\n');
  assert.not(copier.drain());
  assert.is(copier.dismiss().toString(), 'lost\n');
});

test.skipIf(needsLinux, 'too much output is reported', async () => {
  const { copier, writeEnd, words } = start('/dev/null');
  const flood = spawn('sh', ['-c', 'while :; do head -c 1000000000 /dev/zero; done'], {
    stdio: ['ignore', writeEnd, 'ignore'],
    detached: true,
  });
  try {
    await until(30, 'the report', () => words.includes('too much output'));
  } finally {
    process.kill(-(flood.pid as number), 'SIGKILL');
  }
  copier.dismiss();
});

test.skipIf(needsLinux, 'the copier of an earlier manager is dismissed by the next one', async () => {
  const { fifo, write, text, copier, pid } = start();
  write('before\n');
  await until(30, 'the line', () => text() === 'before\n');
  assert.is(dismissLeftCopier(fifo, null, systemClock).length, 0);
  await waitForEnd(pid);
  assert.not(copier.drain());
  copier.dismiss();
  assert.is(dismissLeftCopier(fifo, null, systemClock).length, 0);
});

test.skipIf(needsLinux, 'a killed copier is reported, and one that does not answer is killed', async () => {
  const { copier, pid, words } = start();
  process.kill(pid, 'SIGKILL');
  await until(30, 'the report', () => words.includes('exited'));
  assert.not(copier.drain());
  assert.is(copier.dismiss().length, 0);
  const stopped = start(undefined, 0.5);
  process.kill(stopped.pid, 'SIGSTOP');
  assert.not(stopped.copier.drain());
  stopped.copier.dismiss();
  await waitForEnd(stopped.pid);
});

test.skipIf(needsLinux, 'it exits with the last process that could write to its FIFO', async () => {
  const { pid, closeWriter, write, text, words } = start();
  write('the last words\n');
  closeWriter();
  await waitForEnd(pid);
  assert.is(text(), 'the last words\n');
  await until(30, 'the report', () => words.includes('exited'));
});

/** Creates a FIFO, a file and a copier between them. */
function start(target?: string, timeout = 30) {
  const folder = makeTemporaryFolder();
  const fifo = join(folder, 'output');
  const path = target ?? join(folder, 'log');
  makeFifos([fifo]);
  const writeEnd = openSync(fifo, constants.O_RDWR);
  let isOpen = true;
  const closeWriter = () => {
    if (isOpen) closeSync(writeEnd);
    isOpen = false;
  };
  const output = openSync(path, 'a');
  closers.push(closeWriter, () => closeSync(output));
  const words: string[] = [];
  const again = () => {
    const onReport = (word: string) => void words.push(word);
    const copier = new Copier({
      fifo,
      input: fifo,
      output,
      title: path,
      clock: systemClock,
      timeout,
      onReport,
    });
    let left: Buffer | null = null;
    const dismiss = () => {
      left ??= copier.dismiss();
      return left;
    };
    closers.push(dismiss);
    return { drain: () => copier.drain(), dismiss };
  };
  const before = childrenOf(process.pid);
  const copier = again();
  const pid = childrenOf(process.pid).find(child => !before.includes(child)) ?? 0;
  return {
    fifo,
    writeEnd,
    closeWriter,
    copier,
    again,
    pid,
    words,
    write: (text: string) => void writeSync(writeEnd, text),
    text: () => readFileSync(path, 'utf8'),
  };
}

test.run();
