import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { NodeParent } from '../../../../src/manager/parent/node-parent';
import { Copier, LeftCopier } from '../../../../src/manager/transcript/copier';
import { nameControlFifos } from '../../../../src/manager/transcript/copier-control';
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

test.skipIf(noPerl, 'everything written before a drain is in the file after it', async () => {
  const { copier, write, text } = await start();
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

test.skipIf(noPerl, 'a hundred dismissals during a stream lose and duplicate nothing', async () => {
  const first = await start();
  const writer = spawn('sh', ['-c', 'i=0; while [ $i -lt 60000 ]; do echo $i; i=$((i+1)); done'], {
    stdio: ['ignore', first.writeEnd, 'ignore'],
  });
  let { copier } = first;
  for (let count = 0; count < 100; count++) {
    assert.is(copier.dismiss().length, 0);
    copier = await first.again();
  }
  await until(60, 'the end of the writer', () => writer.exitCode !== null);
  assert.ok(copier.drain());
  copier.dismiss();
  assert.is(first.text(), Array.from({ length: 60000 }, (_, line) => `${line}\n`).join(''));
});

test.skipIf(needsLinux, 'bytes that cannot be written are reported, and returned exactly', async () => {
  const { copier, write, words } = await start('/dev/full');
  write('these are lost on the disk\n');
  await until(30, 'the report', () => words.includes('file error'));
  write('and these wait in the FIFO\n');
  assert.is(copier.dismiss().toString(), 'these are lost on the disk\n');
});

test.skipIf(needsLinux, 'a drain reports a full disk', async () => {
  const { copier, write } = await start('/dev/full');
  write('lost\n');
  assert.not(copier.drain());
  assert.is(copier.dismiss().toString(), 'lost\n');
});

test.skipIf(needsLinux, 'too much output is reported', async () => {
  const { copier, writeEnd, words } = await start('/dev/null');
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
  const { fifo, write, text, copier, pid } = await start();
  write('before\n');
  await until(30, 'the line', () => text() === 'before\n');
  const left = nameControlFifos(fifo).map(place => LeftCopier.find(place, systemClock));
  assert.is(left.filter(Boolean).length, 1);
  assert.is(left[0]?.dismiss(() => {}).length, 0);
  await waitForEnd(pid);
  assert.not(copier.drain());
  copier.dismiss();
  assert.ok(nameControlFifos(fifo).every(place => LeftCopier.find(place, systemClock) === null));
});

test.skipIf(needsLinux, 'a killed copier is reported; one that is suspended is continued', async () => {
  const { copier, pid, words } = await start();
  process.kill(pid, 'SIGKILL');
  await until(30, 'the report', () => words.includes('exited'));
  assert.not(copier.drain());
  assert.is(copier.dismiss().length, 0);
  const stopped = await start();
  process.kill(stopped.pid, 'SIGSTOP');
  stopped.write('late\n');
  assert.ok(stopped.copier.drain());
  assert.is(stopped.text(), 'late\n');
  stopped.copier.dismiss();
  await waitForEnd(stopped.pid);
});

test.skipIf(needsLinux, 'one that does not answer is late, and reports when it answers', async () => {
  // Too short for a suspended process to be continued.
  const { copier, pid, words, write, text } = await start(undefined, 0.1);
  process.kill(pid, 'SIGSTOP');
  write('a line\n');
  assert.equal([copier.drain(), copier.isLate], [false, true]);
  process.kill(pid, 'SIGCONT');
  await until(30, 'the report', () => words.includes('answered late'));
  assert.equal([copier.isLate, text()], [false, 'a line\n']);
  assert.ok(copier.drain());
  process.kill(pid, 'SIGSTOP');
  assert.equal([copier.wait(), copier.isLate], [false, true]);
  copier.dismiss();
  await waitForEnd(pid);
});

test.skipIf(needsLinux, 'it exits with the last process that could write to its FIFO', async () => {
  const { pid, closeWriter, write, text, words } = await start();
  write('the last words\n');
  closeWriter();
  await waitForEnd(pid);
  assert.is(text(), 'the last words\n');
  await until(30, 'the report', () => words.includes('exited'));
});

/** Creates a FIFO, a file and a copier between them. */
async function start(target?: string, timeout = 30) {
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
  const again = async () => {
    let isReady: Error | boolean = false;
    const onReport = (word: string) => void words.push(word);
    const copier = new Copier({
      parent: new NodeParent(),
      fifo,
      input: fifo,
      output,
      title: path,
      clock: systemClock,
      timeout,
      onReady: error => {
        isReady = error ?? true;
      },
      onReport,
    });
    let left: Buffer | null = null;
    const dismiss = () => {
      left ??= copier.dismiss();
      return left;
    };
    closers.push(dismiss);
    await until(30, 'the copier', () => isReady === true);
    copier.go();
    return {
      drain: () => copier.drain(),
      wait: () => copier.wait(),
      get isLate() {
        return copier.isLate;
      },
      dismiss,
    };
  };
  const before = childrenOf(process.pid);
  const copier = await again();
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
