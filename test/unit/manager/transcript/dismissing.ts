import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Parent, SpawnListener } from '../../../../src/manager/parent/parent';
import { Copier } from '../../../../src/manager/transcript/copier';
import { systemClock } from '../../../../src/system/clock';
import { makeFifos } from '../../../../src/system/fifo';
import { suite } from '../../../runner/guard';

const test = suite('dismissing a copier');
const folder = mkdtempSync(join(tmpdir(), 'zd-dismiss-'));
test.after(() => rmSync(folder, { recursive: true }));

/** A parent that answers a spawn when told to. */
function makeSlowParent() {
  const listeners: SpawnListener[] = [];
  const parent = {
    keeperPid: null,
    spawn: (_: unknown, listener: SpawnListener) => listeners.push(listener),
    signal: async () => {},
  } as unknown as Parent;
  return { parent, listeners };
}

test('a copier that ends more than once, before its process is there, closes no other file', async () => {
  const fifo = join(folder, 'output');
  makeFifos([fifo]);
  writeFileSync(join(folder, 'log'), '');
  const log = openSync(join(folder, 'log'), 'a');
  for (const endings of [
    ['dismiss', 'dismiss'],
    ['dismiss', 'failed'],
    ['failed', 'dismiss'],
    ['leave', 'dismiss'],
  ]) {
    const { parent, listeners } = makeSlowParent();
    const copier = new Copier({
      parent,
      fifo,
      input: fifo,
      output: log,
      title: 'log',
      clock: systemClock,
      onReady() {},
      onReport() {},
    });
    await new Promise(resolve => setImmediate(resolve));
    const others: number[] = [];
    for (const ending of endings) {
      if (ending === 'failed')
        listeners[0]?.failed(Object.assign(new Error('no'), { stage: 'fork' }) as never);
      else copier[ending as 'dismiss' | 'leave']();
      // They get the numbers that have just become free.
      await new Promise(resolve => setImmediate(resolve));
      for (let count = 0; count < 8; count++) others.push(openSync('/dev/null', 'r'));
    }
    for (const fd of others) {
      assert.ok(fstatSync(fd).isCharacterDevice(), `${endings.join(', ')}: ${fd}`);
      closeSync(fd);
    }
  }
  closeSync(log);
});

test.run();
