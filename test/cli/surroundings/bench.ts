import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { suite } from '../../runner/guard';

/* Compares with bare Node in the same run, with a margin of four: this catches accidents, not small slowdowns. */

const test = suite('bench');
const root = join(import.meta.dirname, '../../..');

test.limit(180, 'no command costs four times the promised time', async () => {
  const words = ['--import', 'tsx', 'bench/index.ts', '--quick', '--check', '--margin', '4', 'commands'];
  const bench = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [bench.stdout, bench.stderr]) stream.on('data', chunk => (output += chunk));
  const [status] = await once(bench, 'close');
  assert.is(status, 0, output);
  assert.match(output, /^status +zd +[\d.]+ ratio/m);
});

test.run();
