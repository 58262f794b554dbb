import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { inFolder, runZd } from './commands';
import { type Figure, type Subject, summarize } from './figure';

/** The least ratio of zd's rate to that of a bare Node which echoes lines in the same run. */
const LEAST_RATIO = 0.6;

/** Requests a second, one at a time: over one connection, and each over a connection of its own. */
export const control: Subject = {
  name: 'control',
  measure: quick =>
    inFolder(async folder => {
      runZd(folder, '-p', 'sleep 1000', 'start');
      try {
        const socket = join(folder, 'zdsock');
        const runs = quick ? 3 : 15;
        return await withEcho(folder, async echo => [
          ...(await compare(runs, 'JSON, one connection', 'echo in Node', [echo, socket], askOverOne, 5000)),
          ...(await compare(
            runs,
            'text, a connection each',
            'echo in Node',
            [echo, socket],
            askOverMany,
            1000,
          )),
          ...(await withZdaemon(folder, peer =>
            compare(runs, 'text, a connection each', 'zdaemon', [peer, socket], askOverMany, 1000),
          )),
        ]);
      } finally {
        runZd(folder, 'stop');
      }
    }),
};

type Ask = (path: string, count: number) => Promise<number>;

/** Alternates between both, and calculates the ratio of each pair. */
async function compare(
  runs: number,
  note: string,
  peer: string,
  [floor, subject]: [string, string],
  ask: Ask,
  count: number,
): Promise<Figure[]> {
  const floors: number[] = [];
  const values: number[] = [];
  for (let run = -2; run < runs; run++) {
    const [one, other] = [await ask(floor, count), await ask(subject, count)];
    // The first pairs warm the code.
    if (run < 0) continue;
    floors.push(one);
    values.push(other);
  }
  const ratios = values.map((value, index) => value / (floors[index] as number));
  const name = `status requests, ${note}`;
  const least = peer === 'zdaemon' ? 1 : LEAST_RATIO;
  return [
    { name, who: peer, ...summarize(floors), unit: '/s', floor: null, promise: null },
    { name, who: 'zd', ...summarize(values), unit: '/s', floor: null, promise: null },
    {
      name: `${name}, against ${peer}`,
      who: 'zd',
      ...summarize(ratios),
      unit: 'ratio',
      floor: `× ${peer}`,
      promise: { kind: 'at least', value: least },
    },
  ];
}

/** A server that only echoes: measures a round trip between two Nodes on this machine. */
async function withEcho<T>(folder: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = join(folder, 'echo');
  // As with a manager, the connection ends after a text reply and stays open after JSON.
  const script = `require('net').createServer({ allowHalfOpen: true }, s =>
    s.on('data', d => d[0] === 123 ? s.write(d) : s.end(d)).on('error', () => {})
  ).listen(process.argv[1], () => console.log('up'))`;
  const server = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await new Promise(resolve => server.stdout.once('data', resolve));
    return await use(path);
  } finally {
    server.kill();
  }
}

/** Measures the Python zdaemon, if ZD_BENCH_ZDAEMON names it. */
async function withZdaemon(folder: string, use: (path: string) => Promise<Figure[]>): Promise<Figure[]> {
  const zdaemon = process.env.ZD_BENCH_ZDAEMON;
  if (!zdaemon) return [];
  const words = ['-p', 'sleep 1000', '-s', join(folder, 'zdaemon-sock')];
  const run = (action: string) => spawnSync(zdaemon, [...words, action], { cwd: folder });
  if (run('start').status !== 0) throw new Error(`${zdaemon} does not start`);
  try {
    return await use(join(folder, 'zdaemon-sock'));
  } finally {
    run('stop');
  }
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
