import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sleep } from '../src/system/clock';
import { readStatFields, TICKS } from '../src/system/processes';
import { readUsage } from '../src/system/usage';
import { openTerminal } from '../test/helpers/pty';

/*
 * What `zd top` costs while it shows a noisy program: `tsx bench/top.ts [SECONDS] [LINES A SECOND] [PROCESSES]`. It needs
 * node-pty, and what was built. `npm run bench` leaves it out, as it takes ten minutes.
 */

const [seconds = 600, lines = 1000, children = 20] = process.argv.slice(2).map(Number);
const zd = [process.execPath, resolve(import.meta.dirname, '../bin/zd.js')] as const;
const folder = mkdtempSync(join(tmpdir(), 'zd-bench-'));

const program = `
for (let count = 0; count < ${children}; count += 1) require('node:child_process').spawn('sleep', ['100000']);
let number = 0;
setInterval(() => {
  let text = '';
  for (let count = 0; count < ${lines / 20}; count += 1) text += (number++) + ' a line of the output of a noisy program\\n';
  process.stdout.write(text);
}, 50);
`;

async function measure(): Promise<void> {
  writeFileSync(join(folder, 'noisy.cjs'), program);
  const place = ['-C', join(folder, 'zd.conf')];
  writeFileSync(
    join(folder, 'zd.conf'),
    `[runner]\nprogram = ${process.execPath} noisy.cjs\ntranscript = log\n`,
  );
  spawnSync(zd[0], [zd[1], ...place, 'start'], { stdio: 'inherit' });
  const terminal = openTerminal(zd[0], [zd[1], ...place, 'top'], { columns: 120 });
  try {
    await terminal.waitFor('q quit');
    await sleep(5);
    const begin = { at: performance.now() / 1000, used: processorOf(terminal.pid) };
    console.log('seconds  of a core  memory (KiB)  written (KiB)');
    for (let next = 0; next <= seconds; next += Math.max(10, seconds / 10)) {
      await sleep(Math.max(0, begin.at + next - performance.now() / 1000));
      const passed = performance.now() / 1000 - begin.at;
      const share = passed > 1 ? (100 * (processorOf(terminal.pid) - begin.used)) / passed : 0;
      const memory = (readUsage(terminal.pid).memory ?? 0) / 1024;
      const written = terminal.rawScreen().length / 1024;
      console.log(
        `${passed.toFixed(0).padStart(7)}  ${share.toFixed(2).padStart(7)} %  ${memory.toFixed(0).padStart(12)}  ${written.toFixed(0).padStart(13)}`,
      );
    }
    terminal.type('q');
    await terminal.exit;
  } finally {
    terminal.close();
    spawnSync(zd[0], [zd[1], ...place, 'stop'], { stdio: 'inherit' });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds of its own. */
function processorOf(pid: number): number {
  const fields = readStatFields(pid) ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

measure().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
