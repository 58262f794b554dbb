import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { NodeParent } from '../../../../src/manager/parent/node-parent';
import { Copier } from '../../../../src/manager/transcript/copier';
import { findFreeControl, nameControlFifos } from '../../../../src/manager/transcript/copier-control';
import { systemClock } from '../../../../src/system/clock';
import { makeFifos } from '../../../../src/system/fifo';
import { childrenOf, waitForEnd } from '../../../helpers/processes';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { until } from '../../../helpers/within';
import { suite } from '../../../runner/guard';

/* A copier waits from before the first output until it is told to copy, or its manager dies. */

const test = suite('copier that waits');
const impossible =
  (spawnSync('perl', ['-v']).status !== 0 || !existsSync('/proc/self/fd')) && 'needs perl and /proc';
const closers: (() => unknown)[] = [];

test.after.each(() => {
  for (const close of closers.splice(0).reverse()) close();
});

test.skipIf(impossible, 'it reads nothing until it is told to go, and again after a wait', async () => {
  const { write, text, begin } = makePipe();
  const { copier } = await begin();
  write('one\n');
  assert.ok(copier.wait(), 'it answers while it waits');
  assert.is(text(), '');
  copier.go();
  assert.ok(copier.drain());
  assert.is(text(), 'one\n');
  assert.ok(copier.wait());
  write('two\n');
  assert.ok(copier.wait());
  assert.is(text(), 'one\n');
  copier.go();
  assert.ok(copier.drain());
  assert.is(text(), 'one\ntwo\n');
  assert.is(copier.dismiss().length, 0);
});

test.skipIf(impossible, 'a drain empties the FIFO although it waits', async () => {
  const { write, text, begin } = makePipe();
  const { copier } = await begin();
  write('one\n');
  assert.ok(copier.drain());
  assert.is(text(), 'one\n');
  copier.dismiss();
});

test.skipIf(impossible, 'two overlap, while the next one waits; there is no room for a third', async () => {
  const { fifo, write, text, begin } = makePipe();
  const first = await begin();
  first.copier.go();
  write('to the first\n');
  const second = await begin();
  assert.ok(first.copier.drain());
  assert.is(text(), 'to the first\n');
  assert.throws(() => findFreeControl(fifo), /two processes that copy the output have not exited yet/);
  assert.is(first.copier.dismiss().length, 0);
  await waitForEnd(first.pid);
  assert.is(findFreeControl(fifo).control, nameControlFifos(fifo)[0]?.control);
  write('to the second\n');
  second.copier.go();
  assert.ok(second.copier.drain());
  assert.is(text(), 'to the first\nto the second\n');
  second.copier.dismiss();
});

test.skipIf(impossible, 'without its manager it copies, if it was told to stay', async () => {
  const { write, text, begin, closeWriter } = makePipe();
  const { copier, pid } = await begin();
  copier.stay();
  assert.ok(copier.wait(), 'the word has come');
  write('before\n');
  assert.is(text(), '');
  // As at the death of the manager.
  copier.leave();
  await until(30, 'the output', () => text() === 'before\n');
  write('after\n');
  await until(30, 'the output', () => text() === 'before\nafter\n');
  closeWriter();
  await waitForEnd(pid);
});

test.skipIf(impossible, 'without its manager it exits, if it was never told anything', async () => {
  const { write, text, begin } = makePipe();
  const { copier, pid } = await begin();
  write('for another one\n');
  copier.leave();
  await waitForEnd(pid);
  assert.is(text(), '');
  const next = await begin();
  next.copier.go();
  assert.ok(next.copier.drain());
  assert.is(text(), 'for another one\n');
  next.copier.dismiss();
});

test.skipIf(impossible, 'one that is dismissed before it is ready never reads', async () => {
  const { write, text, open, begin } = makePipe();
  write('kept\n');
  const copier = open(() => assert.unreachable('it was dismissed'));
  assert.is(copier.dismiss().length, 0);
  const next = await begin();
  assert.is(text(), '');
  next.copier.go();
  assert.ok(next.copier.drain());
  assert.is(text(), 'kept\n');
  next.copier.dismiss();
});

/** Makes a FIFO and a file; `begin` puts a copier between them. */
function makePipe() {
  const folder = makeTemporaryFolder();
  const fifo = join(folder, 'output');
  const path = join(folder, 'log');
  makeFifos([fifo]);
  const writeEnd = openSync(fifo, constants.O_RDWR);
  const output = openSync(path, 'a');
  let isOpen = true;
  const closeWriter = () => {
    if (isOpen) closeSync(writeEnd);
    isOpen = false;
  };
  closers.push(closeWriter, () => closeSync(output));
  const open = (onReady: (error: Error | null) => void) =>
    new Copier({
      parent: new NodeParent(),
      fifo,
      input: fifo,
      output,
      title: path,
      clock: systemClock,
      onReady,
      onReport() {},
    });
  const begin = async () => {
    const before = childrenOf(process.pid);
    let ready: Error | boolean = false;
    const copier = open(error => {
      ready = error ?? true;
    });
    await until(30, 'the copier', () => ready === true);
    return { copier, pid: childrenOf(process.pid).find(pid => !before.includes(pid)) ?? 0 };
  };
  return {
    fifo,
    open,
    begin,
    closeWriter,
    write: (line: string) => void writeSync(writeEnd, line),
    text: () => readFileSync(path, 'utf8'),
  };
}

test.run();
