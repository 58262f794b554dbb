import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { inFolder, runZd } from './commands';
import { type Figure, type Subject, summarize } from './figure';

/** Requests a second, one at a time: over one connection, and each over a connection of its own. */
export const control: Subject = {
  name: 'control',
  measure: quick =>
    inFolder(async folder => {
      runZd(folder, '-p', 'sleep 1000', 'start');
      try {
        const socket = join(folder, 'zdsock');
        const runs = quick ? 3 : 9;
        const floor = await withEcho(folder, echo => repeat(runs, () => askOverOne(echo, 20_000)));
        const kept = await repeat(runs, () => askOverOne(socket, 20_000));
        const fresh = await repeat(runs, () => askOverMany(socket, 4_000));
        return [
          { ...figure('round trips', floor, null, 'one connection'), who: 'echo in Node' },
          figure('status requests', kept, 15_000, 'JSON, one connection'),
          figure('status requests', fresh, null, 'text, a connection each'),
        ];
      } finally {
        runZd(folder, 'stop');
      }
    }),
};

/** A server that does nothing but answer: what a round trip between two Nodes takes on this machine. */
async function withEcho<T>(folder: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = join(folder, 'echo');
  const script = `require('net').createServer(s => s.on('data', d => s.write(d))).listen(process.argv[1], () => console.log('up'))`;
  const server = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await new Promise(resolve => server.stdout.once('data', resolve));
    return await use(path);
  } finally {
    server.kill();
  }
}

function figure(name: string, runs: number[], least: number | null, note: string): Figure {
  const promise = least === null ? null : { kind: 'at least' as const, value: least };
  return { name: `${name}, ${note}`, who: 'zd', ...summarize(runs), unit: '/s', floor: null, promise };
}

async function repeat(runs: number, once: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  await once();
  for (let run = 0; run < runs; run++) results.push(await once());
  return results;
}

function askOverOne(path: string, count: number): Promise<number> {
  const line = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'status' })}\n`;
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    let answered = 0;
    const socket = connect(path, () => socket.write(line));
    socket.once('error', reject);
    socket.on('data', chunk => {
      if (chunk[chunk.length - 1] !== 0x0a) return;
      answered += 1;
      if (answered < count) return void socket.write(line);
      socket.end();
      resolve(count / seconds(start));
    });
  });
}

async function askOverMany(path: string, count: number): Promise<number> {
  const start = process.hrtime.bigint();
  for (let asked = 0; asked < count; asked++) {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(path, () => socket.write('status\n'));
      socket.once('error', reject);
      socket.on('data', () => {});
      socket.once('close', () => resolve());
    });
  }
  return count / seconds(start);
}

function seconds(start: bigint): number {
  return Number(process.hrtime.bigint() - start) / 1e9;
}
