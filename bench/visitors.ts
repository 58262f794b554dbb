import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { sleep } from '../src/system/clock';
import { inFolder, runZd } from './commands';
import { type Figure, type Subject, summarize } from './figure';

/** MB that a run writes to its terminal, and MB a second that it wants to write. */
const MEGABYTES = 20;
const RATE = 10;

/** Writes at that rate when a file is there, and then how many seconds that took. */
const WRITER = `
const fs = require('node:fs');
const pause = seconds => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
const piece = Buffer.alloc(10_000, ('x'.repeat(78) + '\\r\\n'));
for (;;) {
  while (!fs.existsSync('go')) pause(0.005);
  fs.rmSync('go');
  const begin = performance.now() / 1000;
  for (let sent = 0; sent < ${MEGABYTES}e6; sent += piece.length) {
    for (let at = 0; at < piece.length; ) {
      try { at += fs.writeSync(1, piece, at); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
    }
    const ahead = begin + sent / ${RATE}e6 - performance.now() / 1000;
    if (ahead > 0.002) pause(ahead);
  }
  fs.writeFileSync('seconds.new', String(performance.now() / 1000 - begin));
  fs.renameSync('seconds.new', 'seconds');
}
`;

/** What a visitor of a console that does not read costs the program: the rates of its output, one after the other. */
export const visitors: Subject = {
  name: 'visitors',
  measure: quick => inFolder(folder => measure(folder, quick ? 3 : 7)),
};

async function measure(folder: string, runs: number): Promise<Figure[]> {
  writeFileSync(join(folder, 'writer.cjs'), WRITER);
  const program = `sh -c 'stty raw; exec ${process.execPath} writer.cjs'`;
  writeFileSync(
    join(folder, 'app.conf'),
    `[runner]\nprogram = ${program}\npty = on\ntranscript = log\ntranscript-rotate-size = 50mb\ntranscript-keep = 1\n`,
  );
  runZd(folder, '-C', 'app.conf', 'start');
  const alone: number[] = [];
  const visited: number[] = [];
  try {
    for (let run = -1; run < runs; run += 1) {
      const without = await timeRun(folder);
      const leave = await visit(folder);
      const beside = await timeRun(folder);
      leave();
      // The first pair warms the caches.
      if (run < 0) continue;
      alone.push(MEGABYTES / without);
      visited.push(MEGABYTES / beside);
    }
  } finally {
    runZd(folder, '-C', 'app.conf', 'stop');
  }
  const ratios = visited.map((rate, index) => rate / (alone[index] ?? Number.NaN));
  const figure = (name: string, values: number[], unit: string): Figure => ({
    name,
    who: 'zd',
    ...summarize(values),
    unit,
    floor: null,
    promise: null,
  });
  return [
    figure(`console, ${RATE} MB/s wanted`, alone, 'MB/s'),
    figure('the same, a visitor does not read', visited, 'MB/s'),
    { ...figure('console, rate beside that visitor', ratios, 'ratio'), floor: '× without it' },
  ];
}

async function timeRun(folder: string): Promise<number> {
  const file = join(folder, 'seconds');
  rmSync(file, { force: true });
  writeFileSync(join(folder, 'go'), '');
  while (!existsSync(file)) await sleep(0.01);
  return Number(readFileSync(file, 'utf8'));
}

/** @returns what ends the visit */
function visit(folder: string): Promise<() => void> {
  const request = { jsonrpc: '2.0', id: 1, method: 'attach', params: { types: false } };
  return new Promise((resolve, reject) => {
    const socket = connect(join(folder, 'zdsock'), () => socket.write(`${JSON.stringify(request)}\n`));
    socket.once('error', reject);
    socket.once('data', () => {
      socket.pause();
      resolve(() => socket.destroy());
    });
  });
}
