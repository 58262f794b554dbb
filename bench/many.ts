import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { background, inFolder, runZd, time, zd } from './commands';
import { type Figure, type Subject, summarize } from './figure';
import { manyPeers } from './many-peers';
import { isZombie, type Many, now, waitUntil } from './many-run';

/** Programs of `start` and `list`, and of `up`. */
const MANY = 100;
const FEW = 50;
/** Many programs at once: how long until all of them run, a list of them, and the memory of those that keep them. */
export const many: Subject = {
  name: 'many',
  async measure(quick) {
    const runs = quick ? 1 : 5;
    const found = [zdMany, ...manyPeers()];
    const samples = new Map<string, number[]>();
    // In turns, because the speed of the machine drifts.
    for (let run = 0; run < runs; run++) for (const one of found) await measureOne(one, MANY, samples);
    const ups = hasUp() ? [zdUp] : [];
    for (let run = 0; run < runs; run++)
      for (const one of [...ups, ...manyPeers()]) await measureOne(one, FEW, samples);
    return [...samples].map(([key, values]) => toFigure(key, values));
  },
};

const zdMany: Many = {
  name: 'zd start',
  setUp(folder, programs) {
    writeFleet(folder, programs);
    return {
      begin: () => void runZd(folder, '-C', 'apps', 'start'),
      list: [...zd, '-C', 'apps', 'list'],
      pids: () => listPids(folder),
      end: () => void runZd(folder, '-C', 'apps', 'stop'),
    };
  },
};

/** Versions before it took the word for `start`. */
function hasUp(): boolean {
  return runZd('/', 'help').includes('\n  up ');
}

/** The same programs, and a process that stays. */
const zdUp: Many = {
  name: 'zd up',
  setUp(folder, programs) {
    writeFleet(folder, programs);
    let pid = 0;
    return {
      begin() {
        pid = background([...zd, '-C', 'apps', 'up'], folder).pid ?? 0;
      },
      list: [...zd, '-C', 'apps', 'list'],
      pids: () => [pid, ...listPids(folder)],
      end() {
        process.kill(pid, 'SIGTERM');
        waitUntil('the end of up', () => !existsSync(`/proc/${pid}`) || isZombie(pid));
      },
    };
  },
};

function writeFleet(folder: string, programs: readonly string[][]): void {
  mkdirSync(join(folder, 'apps'));
  for (const [index, words] of programs.entries()) {
    const command = words.map(word => `"${word}"`).join(' ');
    const text = `[runner]\nprogram = ${command}\nstart-seconds = 0\n`;
    writeFileSync(join(folder, 'apps', `app${index}.conf`), text);
  }
}

/** Managers and keepers. */
function listPids(folder: string): number[] {
  const { programs } = JSON.parse(runZd(folder, '-C', 'apps', 'list', '--json'));
  return (programs as { managerPid: number; keeperPid: number | null }[]).flatMap(
    ({ managerPid, keeperPid }) => (keeperPid === null ? [managerPid] : [managerPid, keeperPid]),
  );
}

function measureOne({ name, setUp }: Many, count: number, samples: Map<string, number[]>): Promise<void> {
  return inFolder(folder => {
    const started = join(folder, 'started');
    mkdirSync(started);
    const programs = Array.from({ length: count }, (_, index) => [
      'sh',
      '-c',
      `: >${started}/${index}; exec sleep 1000`,
    ]);
    const run = setUp(folder, programs);
    const note = (what: string, unit: string, value: number) => {
      const key = JSON.stringify([`${what}, ${count} programs`, name, unit]);
      samples.set(key, [...(samples.get(key) ?? []), value]);
    };
    try {
      const before = now();
      run.begin();
      waitUntil(`all programs of ${name}`, () => readdirSync(started).length === count);
      note('all run', 's', now() - before);
      // What has just started is still busy.
      time(['sleep', '5'], folder);
      note('list', 's', time(run.list, folder));
      const pids = run.pids();
      note(
        'PSS of all that keeps them',
        'MiB',
        pids.reduce((sum, pid) => sum + pssMiB(pid), 0),
      );
    } finally {
      const end = now();
      run.end();
      note('all stopped', 's', now() - end);
    }
  });
}

function pssMiB(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1]) / 1024;
}

function toFigure(key: string, values: number[]): Figure {
  const [name, who, unit] = JSON.parse(key) as [string, string, string];
  return { name, who, ...summarize(values), unit, floor: null, promise: null };
}
