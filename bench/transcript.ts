import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { anyoneAt } from '../src/client/address';
import { request } from '../src/client/request';
import { systemClock } from '../src/system/clock';
import { inFolder, managerOf, runZd } from './commands';
import { type Figure, type Subject, summarize } from './figure';

/** The source: lines like those of a log, copied several times in each run. */
const LINE = `${'a line of a log, of which there are a great many; '.repeat(2).slice(0, 79)}\n`;
const SOURCE_BYTES = 64 << 20;

interface Measured {
  /** MB/s. */
  speed: number;
  /** CPU seconds for each GB. */
  cpu: number;
}

const modes: Record<string, Record<string, string>> = {
  plain: {},
  stamped: { 'transcript-timestamps': 'iso' },
  rotated: { 'transcript-rotate-size': '100mb', 'transcript-keep': '2' },
};

/** How fast output gets into the transcript, compared with `cat > file` fed by the same program. */
export const transcript: Subject = {
  name: 'transcript',
  measure: async quick => {
    const runs = quick ? 3 : 11;
    const copies = quick ? 5 : 8;
    const figures: Figure[] = [];
    for (const mode of Object.keys(modes)) {
      figures.push(...(await inFolder(folder => measure(folder, mode, runs, copies))));
    }
    return figures;
  },
};

async function measure(folder: string, mode: string, runs: number, copies: number): Promise<Figure[]> {
  writeFileSync(join(folder, 'source'), LINE.repeat(SOURCE_BYTES / LINE.length));
  const bytes = Math.floor(SOURCE_BYTES / LINE.length) * LINE.length * copies;
  const producer = `cat${' source'.repeat(copies)}`;
  writeFileSync(join(folder, 'program'), `while read go < gate; do ${producer}; echo over > done; done\n`);
  spawnSync('mkfifo', ['gate', 'done'], { cwd: folder });
  const settings = Object.entries({ program: 'sh program', transcript: 'log', ...modes[mode] });
  const lines = settings.map(([key, value]) => `  ${key} ${value}\n`);
  writeFileSync(join(folder, 'app.conf'), `<runner>\n${lines.join('')}</runner>\n`);
  runZd(folder, '-C', 'app.conf', 'start');
  const zdRuns: Measured[] = [];
  const catRuns: Measured[] = [];
  try {
    const pid = managerOf(folder);
    for (let run = -1; run < runs; run += 1) {
      const cat = timeCat(folder, producer, bytes);
      const zd = await timeManager(folder, pid, bytes);
      // Cached data that is not yet on the disk would slow down the next run.
      for (const file of ['copy', 'log']) truncateSync(join(folder, file));
      // The first pair warms the caches. It also makes the manager read by itself, as this is too much for a copier.
      if (run < 0) continue;
      zdRuns.push(zd);
      catRuns.push(cat);
    }
  } finally {
    runZd(folder, '-C', 'app.conf', 'stop');
  }
  const isPlain = mode === 'plain';
  const figure = (name: string, who: string, values: number[], unit: string): Figure => ({
    name: `transcript ${mode}${name}`,
    who,
    ...summarize(values),
    unit,
    floor: null,
    promise: null,
  });
  const ratios = zdRuns.map(({ speed }, index) => speed / (catRuns[index]?.speed ?? Number.NaN));
  return [
    figure('', 'cat > file', pick(catRuns, 'speed'), 'MB/s'),
    figure('', 'zd', pick(zdRuns, 'speed'), 'MB/s'),
    {
      ...figure(', speed', 'zd', ratios, 'ratio'),
      floor: '× cat > file',
      promise: isPlain ? { kind: 'at least', value: 1.2 } : null,
    },
    figure(', CPU', 'cat > file', pick(catRuns, 'cpu'), 's/GB'),
    {
      ...figure(', CPU', 'zd', pick(zdRuns, 'cpu'), 's/GB'),
      promise: isPlain ? { kind: 'at most', value: 0.8 } : null,
    },
  ];
}

function pick(all: Measured[], key: keyof Measured): number[] {
  return all.map(measured => measured[key]);
}

function timeCat(cwd: string, producer: string, bytes: number): Measured {
  const script = `TIMEFORMAT="%3U %3S"; ${producer} | { time cat >> copy; }`;
  const start = process.hrtime.bigint();
  const { stderr } = spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8' });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const [user, system] = stderr.trim().split(' ').map(Number);
  return { speed: bytes / 1e6 / seconds, cpu: ((user ?? 0) + (system ?? 0)) / (bytes / 1e9) };
}

/** Measures from the moment the program can write until its last byte is in the file. */
async function timeManager(folder: string, pid: number, bytes: number): Promise<Measured> {
  const gate = await open(join(folder, 'gate'), 'w');
  const used = cpuSeconds(pid);
  const start = process.hrtime.bigint();
  await gate.write('go\n');
  await gate.close();
  const done = await open(join(folder, 'done'), 'r');
  await done.read();
  await done.close();
  // The manager empties the FIFO before it answers.
  await request({ socket: anyoneAt(join(folder, 'zdsock')), clock: systemClock }, 'reopen_transcript');
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  return { speed: bytes / 1e6 / seconds, cpu: (cpuSeconds(pid) - used) / (bytes / 1e9) };
}

/** Processor time of all threads of a process, in seconds. */
function cpuSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map(thread => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'));
  return times.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / 1e9;
}
